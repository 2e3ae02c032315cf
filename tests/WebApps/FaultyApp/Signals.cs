namespace FaultyApp;

/// <summary>What the application and its test, which share a process, tell each other.</summary>
public static class Signals
{
    private static volatile TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static ManualResetEventSlim Release { get; private set; } = new();

    public static Task HangReached => _reached.Task;

    public static void Rewind()
    {
        Release = new();
        _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    internal static void Reached() => _reached.TrySetResult();
}

public sealed class EntryPoint;
