namespace IntegrationKit.Readiness;

/// <summary>The result of one attempt of a probe.</summary>
/// <param name="Reason">Why the service is not ready; null if it is.</param>
internal readonly record struct ProbeResult(string? Reason)
{
    public static readonly ProbeResult Ready = new(Reason: null);

    public bool IsReady => Reason is null;

    public static ProbeResult NotReady(string reason) => new(reason);
}
