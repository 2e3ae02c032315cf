using IntegrationKit.Diagnostics;

namespace IntegrationKit.Diagnostics.Causes;

/// <summary>The container runs, but the probed port is not published.</summary>
internal static class PortNotPublished
{
    public static string? Find(Exception cause, StartEvidence evidence) =>
        evidence.LastReason(cause) is { } reason && reason.Contains("is not published", StringComparison.Ordinal)
            ? $"The container {(evidence.Container?.Health?.StartsWith("healthy", StringComparison.Ordinal) is true ? "is healthy" : "runs")}, " +
              "but does not publish the port that is probed. Add it to Ports."
            : null;
}
