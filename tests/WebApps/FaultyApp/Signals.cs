namespace FaultyApp;

/// <summary>What the application and its test, which share a process, tell each other.</summary>
public static class Signals
{
    private static volatile TaskCompletionSource _reached = Make();
    private static volatile TaskCompletionSource _refused = Make();

    /// <summary>Lets a program go on that hangs.</summary>
    public static ManualResetEventSlim Release { get; private set; } = new();

    /// <summary>The program has come to the point where it hangs, or a request to where it waits.</summary>
    public static Task Reached => _reached.Task;

    /// <summary>The program was refused its host.</summary>
    public static Task Refused => _refused.Task;

    public static void Rewind() => (Release, _reached, _refused) = (new(), Make(), Make());

    internal static Task StoppingOf(WebApplication app)
    {
        var stopping = Make();
        app.Lifetime.ApplicationStopping.Register(() => stopping.SetResult());
        return stopping.Task;
    }

    internal static void Reach() => _reached.TrySetResult();

    internal static void Refuse() => _refused.TrySetResult();

    private static TaskCompletionSource Make() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

public sealed class EntryPoint;
