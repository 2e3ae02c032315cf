namespace IntegrationKit.Readiness;

/// <summary>A probe at work on one target. What it has seen is kept from one attempt to the next.</summary>
internal abstract class ProbeRun : IAsyncDisposable
{
    /// <summary>
    /// Whether an attempt lasts until the answer is yes, which is the quickest way to notice it. In a composition it must not
    /// delay the next attempt of the others: it may be cancelled at any time, and then reports what it has seen so far.
    /// </summary>
    public virtual bool WaitsForResult => false;

    public abstract ValueTask<ProbeResult> CheckAsync(CancellationToken cancellationToken);

    /// <summary>The attempt after the target has ended: there is no later one.</summary>
    public virtual ValueTask<ProbeResult> CheckLastAsync(CancellationToken cancellationToken) => CheckAsync(cancellationToken);

    public abstract ValueTask DisposeAsync();
}
