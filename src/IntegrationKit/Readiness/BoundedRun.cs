namespace IntegrationKit.Readiness;

/// <summary>
/// A probe that calls code which is not ours. Each try runs on the thread pool, so that it may block its thread, and is waited
/// for only until it is cancelled, even where it ignores its token.
/// </summary>
/// <param name="check">One try.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="used">What the tries use, or null. It is disposed after the last of them has ended.</param>
internal sealed class BoundedRun(Func<CancellationToken, ValueTask<ProbeResult>> check, TimeProvider timeProvider, IAsyncDisposable? used = null) : ProbeRun
{
    private static readonly TimeSpan DisposeLimit = TimeSpan.FromSeconds(1);

    // All tries that may still be running.
    private volatile Task _tries = Task.CompletedTask;

    public override async ValueTask<ProbeResult> CheckAsync(CancellationToken cancellationToken)
    {
        var one = Task.Run(() => check(cancellationToken).AsTask(), CancellationToken.None);
        _tries = _tries.IsCompleted ? one : Task.WhenAll(_tries, one);
        return await one.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Where a try still runs, this does not wait for its end.</summary>
    public override async ValueTask DisposeAsync()
    {
        var tries = _tries;
        var disposing = Task.Run(() => DisposeAfterAsync(tries));
        if (tries.IsCompleted && used is not null)
        {
            await disposing.WaitAsync(DisposeLimit, timeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task DisposeAfterAsync(Task tries)
    {
        await tries.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            if (used is not null)
            {
                await used.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            // The probe has been judged by its tries.
        }
    }
}
