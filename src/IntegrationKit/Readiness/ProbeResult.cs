namespace IntegrationKit.Readiness;

/// <summary>What one try of a probe found.</summary>
/// <param name="Reason">Why the service is not ready; null where it is.</param>
internal readonly record struct ProbeResult(string? Reason)
{
    public static readonly ProbeResult Ready = new(Reason: null);

    public bool IsReady => Reason is null;

    public static ProbeResult NotReady(string reason) => new(reason);
}
