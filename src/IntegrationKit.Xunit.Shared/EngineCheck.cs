namespace IntegrationKit.Adapter;

/// <summary>Whether a container engine answers, checked once in a process; and whether a test is skipped or fails without one.</summary>
internal static class EngineCheck
{
    private static readonly Lazy<Task> Answer = new(() => Task.Run(() => TestInfrastructure.EnsureEngineAsync()));

    /// <summary>A build server without an engine must not report success.</summary>
    private static bool IsBuildServer => string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Where no engine answers, throws what skips the test or, on a build server, fails it.</summary>
    public static async Task EnsureAsync()
    {
        try
        {
            await Answer.Value.ConfigureAwait(false);
        }
        catch (EngineUnavailableException e) when (!IsBuildServer)
        {
            throw Skip(e);
        }
    }

    /// <summary>The skip that a test throws in place of its fixture's error; null where it throws the error itself.</summary>
    public static Exception? SkipInsteadOf(Exception error) => error is EngineUnavailableException && !IsBuildServer ? Skip(error) : null;

    private static SkipTestException Skip(Exception error) => new(error.Message);
}
