namespace IntegrationKit;

/// <summary>One try of a readiness probe.</summary>
/// <param name="StartedAfter">When, since the first try began.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Reason">Why the service was not ready; null for the try that succeeded.</param>
public sealed record ProbeAttempt(TimeSpan StartedAfter, TimeSpan Duration, string? Reason);
