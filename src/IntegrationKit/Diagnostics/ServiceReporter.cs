using Microsoft.Extensions.Logging;

namespace IntegrationKit.Diagnostics;

/// <summary>Tells what happens to services: to the log, and to whoever asked for progress. Secrets are redacted.</summary>
internal sealed class ServiceReporter(ILogger logger, IProgress<ServiceProgress>? progress, Redactor redactor)
{
    /// <summary>Whether anybody listens.</summary>
    public bool IsHeard => progress is not null || logger.IsEnabled(LogLevel.Error);

    public void Report(string service, ServiceStage stage, TimeSpan elapsed = default, string? detail = null)
    {
        if (!IsHeard)
        {
            return;
        }

        var shown = detail is null ? null : redactor.Redact(detail);
        Guarded(() => Log.Stage(logger, service, stage, elapsed, shown));
        Guarded(() => progress?.Report(new ServiceProgress(service, stage, elapsed, shown)));
    }

    /// <summary>An observer that throws, as a test's output helper does after its test, must not stop a teardown halfway.</summary>
    private static void Guarded(Action report)
    {
        try
        {
            report();
        }
        catch (Exception)
        {
            // It cannot be reported, since it is the report that fails.
        }
    }
}
