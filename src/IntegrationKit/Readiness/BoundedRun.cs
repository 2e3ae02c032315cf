namespace IntegrationKit.Readiness;

/// <summary>
/// A probe that calls code of others. Each attempt runs on the thread pool, so that it may block its thread, and is waited for
/// only until it is cancelled, even if it ignores its token.
/// </summary>
/// <param name="check">One attempt.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="used">What the attempts use, or null. It is disposed after the last of them has ended.</param>
internal sealed class BoundedRun(Func<CancellationToken, ValueTask<ProbeResult>> check, TimeProvider timeProvider, IAsyncDisposable? used = null) : ProbeRun
{
    private static readonly TimeSpan DisposeLimit = TimeSpan.FromSeconds(1);

    // All attempts that may still be running.
    private volatile Task _attempts = Task.CompletedTask;

    public override async ValueTask<ProbeResult> CheckAsync(CancellationToken cancellationToken)
    {
        var one = Task.Run(() => check(cancellationToken).AsTask(), CancellationToken.None);
        _attempts = _attempts.IsCompleted ? one : Task.WhenAll(_attempts, one);
        return await one.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>If an attempt still runs, this does not wait for its end.</summary>
    public override async ValueTask DisposeAsync()
    {
        var attempts = _attempts;
        var disposing = Task.Run(() => DisposeAfterAsync(attempts));
        if (attempts.IsCompleted && used is not null)
        {
            await disposing.WaitAsync(DisposeLimit, timeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task DisposeAfterAsync(Task attempts)
    {
        await attempts.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            if (used is not null)
            {
                await used.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            // The attempts have decided already.
        }
    }
}
