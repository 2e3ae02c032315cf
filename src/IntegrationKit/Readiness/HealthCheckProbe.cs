namespace IntegrationKit.Readiness;

internal sealed class HealthCheckProbe : Probe
{
    public override string ToString() => "health check of the image";

    internal override ProbeRun Begin(IProbeTarget target, TimeProvider timeProvider) => new BoundedRun(
        async cancellationToken =>
        {
            var health = await target.GetHealthAsync(cancellationToken).ConfigureAwait(false);
            return health.Status switch
            {
                "healthy" => ProbeResult.Ready,
                "none" or "" => ProbeResult.NotReady("the image has no health check"),
                _ => ProbeResult.NotReady($"{health.Status}{(health.Output.Length > 0 ? ": " + health.Output.Trim() : "")}"),
            };
        },
        timeProvider);
}
