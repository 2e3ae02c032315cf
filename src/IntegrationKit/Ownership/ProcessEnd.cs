namespace IntegrationKit.Ownership;

/// <summary>
/// The orderly end of this process, which removes what it has made under those who use it. What fails by that is nobody's
/// mistake, and as an unhandled exception it would turn the exit into a crash.
/// </summary>
internal static class ProcessEnd
{
    private static volatile bool _hasBegun;

    public static void Begin() => _hasBegun = true;

    /// <summary>Where an error is about to be thrown: completes at once while the process lives, and never when its end has begun.</summary>
    public static Task HoldAsync() => _hasBegun ? new TaskCompletionSource().Task : Task.CompletedTask;
}
