using IntegrationKit.Diagnostics;

namespace IntegrationKit.Diagnostics.Causes;

/// <summary>The engine has not run the image's health check once.</summary>
internal static class HealthCheckNotRun
{
    private const string Starting = "starting";

    public static string? Find(Exception cause, StartEvidence evidence)
    {
        // A check that was run has left its output, or another status.
        if (cause is not ReadinessTimeoutException || evidence.Container?.Health is not Starting || evidence.LastReason(cause) is not Starting)
        {
            return null;
        }

        return evidence.Launch?.EngineIsPodman is true
            ? "Podman has not run the image's health check: it needs systemd for that, which may not run on the engine's machine. Set Readiness to another probe."
            : "The engine has not run the image's health check in that time. The first one is made after the check's interval, 30 s by default: raise StartTimeout, or set Readiness to another probe.";
    }
}
