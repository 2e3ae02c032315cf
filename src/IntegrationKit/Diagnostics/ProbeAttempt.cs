namespace IntegrationKit;

/// <summary>One attempt of a readiness probe.</summary>
/// <param name="StartedAfter">When it started, counted from the start of the first attempt.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Reason">Why the service was not ready; null for the attempt that succeeded.</param>
public sealed record ProbeAttempt(TimeSpan StartedAfter, TimeSpan Duration, string? Reason);
