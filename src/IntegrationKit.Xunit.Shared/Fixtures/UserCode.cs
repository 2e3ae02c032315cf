using System.Diagnostics;
using System.Globalization;

namespace IntegrationKit.Adapter;

/// <summary>Runs a fixture's own code under a limit that holds even where the code blocks its thread or ignores its token.</summary>
internal static class UserCode
{
    /// <param name="name">How an error names the code, for example <c>Orders.SeedAsync</c>.</param>
    /// <param name="code">The code. It runs on a thread of its own, and its token is cancelled at the limit.</param>
    /// <param name="limit">How long it may take: a StartTimeout.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IntegrationKitException">The code failed, or did not end within the limit.</exception>
    public static async Task RunAsync(string name, Func<CancellationToken, Task> code, TimeSpan limit, TimeProvider time)
    {
        var cancellation = new CancellationTokenSource();
        var token = cancellation.Token;
        var run = OwnThread.RunAsync([StackTraceHidden] () => code(token));
        await run.WaitAsync(limit, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!run.IsCompleted)
        {
            // Neither awaited nor disposed: the code still uses the token, and may take any time to end.
            _ = cancellation.CancelAsync();
            throw new IntegrationKitException(string.Create(CultureInfo.InvariantCulture, $"{name} did not end within {limit.TotalSeconds:0.###} s, the StartTimeout."));
        }

        cancellation.Dispose();
        try
        {
            await run.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            throw new IntegrationKitException($"{name} failed: {e.Message}", e);
        }
    }

    /// <inheritdoc cref="RunAsync(string, Func{CancellationToken, Task}, TimeSpan, TimeProvider)"/>
    public static Task RunAsync(string name, Action code, TimeSpan limit, TimeProvider time) => RunAsync(
        name,
        [StackTraceHidden] (_) =>
        {
            code();
            return Task.CompletedTask;
        },
        limit,
        time);
}
