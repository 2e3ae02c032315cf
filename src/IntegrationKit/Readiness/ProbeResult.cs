using IntegrationKit.Diagnostics;

namespace IntegrationKit.Readiness;

/// <summary>The result of one attempt of a probe.</summary>
/// <param name="Reason">Why the service is not ready; null if it is.</param>
internal readonly record struct ProbeResult(string? Reason)
{
    // A command's output or a line of a log can be much longer, and every attempt is kept.
    private const int LongestReason = 2000;

    public static readonly ProbeResult Ready = new(Reason: null);

    public bool IsReady => Reason is null;

    public static ProbeResult NotReady(string reason) => new(Text.Cut(reason, LongestReason));
}
