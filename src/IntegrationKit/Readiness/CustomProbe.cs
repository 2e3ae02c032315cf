namespace IntegrationKit.Readiness;

internal sealed class CustomProbe(string description, Func<IProbeTarget, CancellationToken, Task> check, bool asksServer) : Probe
{
    internal override Probe? Question => asksServer ? this : null;

    public override string ToString() => description;

    internal override ProbeRun Begin(IProbeTarget target, TimeProvider timeProvider) => new BoundedRun(
        async cancellationToken =>
        {
            await check(target, cancellationToken).ConfigureAwait(false);
            return ProbeResult.Ready;
        },
        timeProvider);
}
