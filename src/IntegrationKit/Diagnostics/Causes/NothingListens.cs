using IntegrationKit.Diagnostics;

namespace IntegrationKit.Diagnostics.Causes;

/// <summary>The container runs, but nothing listens on the probed port.</summary>
internal static class NothingListens
{
    public static string? Find(Exception cause, StartEvidence evidence) =>
        evidence.LastReason(cause) is { } reason && (IsRefused(reason) || IsClosed(reason))
            ? "The container runs, but nothing listens on the probed port. It may listen on another port, or only on its own loopback address."
            : null;

    /// <summary>The messages of Unix and of Windows.</summary>
    public static bool IsRefused(string reason) =>
        reason.Contains("connection refused", StringComparison.OrdinalIgnoreCase) ||
        reason.Contains("actively refused", StringComparison.OrdinalIgnoreCase);

    private static bool IsClosed(string reason) =>
        reason.Contains("closed the connection", StringComparison.OrdinalIgnoreCase) ||
        reason.Contains("connection was closed", StringComparison.OrdinalIgnoreCase) ||
        reason.Contains("reset by peer", StringComparison.OrdinalIgnoreCase);
}
