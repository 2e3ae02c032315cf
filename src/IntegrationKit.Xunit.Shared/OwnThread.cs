using System.Diagnostics;

namespace IntegrationKit.Adapter;

/// <summary>
/// Runs code on a thread of its own. On a thread of the pool, code that blocks and is no longer waited for would slow down
/// everything else.
/// </summary>
internal static class OwnThread
{
    [StackTraceHidden]
    public static Task RunAsync(Func<Task> code) =>
        Task.Factory.StartNew(code, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default).Unwrap();
}
