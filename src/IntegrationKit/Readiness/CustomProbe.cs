namespace IntegrationKit.Readiness;

internal sealed class CustomProbe(string description, Func<IProbeTarget, CancellationToken, Task> check) : Probe
{
    public override string ToString() => description;

    internal override ProbeRun Begin(IProbeTarget target, TimeProvider timeProvider) => new StatelessRun(async cancellationToken =>
    {
        // A check that ignores its token must not outlast its try, the container and the deadline.
        await check(target, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        return ProbeResult.Ready;
    });
}
