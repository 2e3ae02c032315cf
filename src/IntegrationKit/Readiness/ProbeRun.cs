namespace IntegrationKit.Readiness;

/// <summary>A probe at work on one target. What it has seen stays seen over the tries.</summary>
internal abstract class ProbeRun : IAsyncDisposable
{
    /// <summary>
    /// Whether a try stays until the answer is yes, which is the quickest way to learn of it. Beside others in a
    /// composition it must not keep those from their next try: it may be cancelled at any time and then says how far it is.
    /// </summary>
    public virtual bool IsPatient => false;

    public abstract ValueTask<ProbeResult> CheckAsync(CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}

/// <summary>A probe whose tries know nothing of each other.</summary>
internal sealed class StatelessRun(Func<CancellationToken, ValueTask<ProbeResult>> check) : ProbeRun
{
    public override ValueTask<ProbeResult> CheckAsync(CancellationToken cancellationToken) => check(cancellationToken);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
