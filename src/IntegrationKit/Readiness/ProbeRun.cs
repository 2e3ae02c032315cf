namespace IntegrationKit.Readiness;

/// <summary>A probe at work on one target. What it has seen stays seen over the tries.</summary>
internal abstract class ProbeRun : IAsyncDisposable
{
    public abstract ValueTask<ProbeResult> CheckAsync(CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}

/// <summary>A probe whose tries know nothing of each other.</summary>
internal sealed class StatelessRun(Func<CancellationToken, ValueTask<ProbeResult>> check) : ProbeRun
{
    public override ValueTask<ProbeResult> CheckAsync(CancellationToken cancellationToken) => check(cancellationToken);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
