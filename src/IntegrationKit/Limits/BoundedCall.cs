namespace IntegrationKit.Limits;

/// <summary>
/// Calls code that is not ours: it runs on the pool, so that it may block its thread, and is waited for only as long as its
/// limit allows, even if it ignores its cancellation token.
/// </summary>
internal static class BoundedCall
{
    /// <summary>How long a step may take to clean up after it was cancelled.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>The same for a step inside such a step: shorter, so that the inner one ends first.</summary>
    public static readonly TimeSpan InnerGrace = TimeSpan.FromSeconds(0.5);

    /// <summary>Returns what the code returns, even if it was cancelled in the same moment.</summary>
    /// <param name="step">The code.</param>
    /// <param name="timeProvider">Measures the grace.</param>
    /// <param name="cancellationToken">The limit.</param>
    /// <param name="late">Receives the result of a step that nobody waits for any more.</param>
    /// <param name="grace">How long to wait after the cancellation. Default null: <see cref="Grace"/>.</param>
    /// <exception cref="StillRunningException">The limit has passed, and the step still runs.</exception>
    public static async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> step, TimeProvider timeProvider, CancellationToken cancellationToken, Func<T, Task>? late = null, TimeSpan? grace = null)
    {
        var running = Task.Run(() => step(cancellationToken), CancellationToken.None);
        await ((Task)running).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!running.IsCompleted)
        {
            await ((Task)running).WaitAsync(grace ?? Grace, timeProvider, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!running.IsCompleted)
        {
            _ = EndAsync(running, late);
            throw new StillRunningException(cancellationToken);
        }

        // A result that came with the cancellation goes to the caller: nobody else would dispose of it.
        return await running.ConfigureAwait(false);
    }

    /// <summary>Calls a step inside a step that has a limit itself.</summary>
    /// <inheritdoc cref="RunAsync{T}"/>
    public static Task RunInnerAsync(Func<CancellationToken, Task> step, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        RunAsync(
            async token =>
            {
                await step(token).ConfigureAwait(false);
                return true;
            },
            timeProvider,
            cancellationToken,
            grace: InnerGrace);

    private static async Task EndAsync<T>(Task<T> running, Func<T, Task>? late)
    {
        try
        {
            var result = await running.ConfigureAwait(false);
            await (late?.Invoke(result) ?? Task.CompletedTask).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Nobody waits for it any more.
        }
    }
}

/// <summary>A step was cancelled and ignores it.</summary>
internal sealed class StillRunningException(CancellationToken token)
    : OperationCanceledException("It was cancelled and still runs: it ignores its cancellation token.", token);
