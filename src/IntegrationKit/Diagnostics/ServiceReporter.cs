using Microsoft.Extensions.Logging;

namespace IntegrationKit;

/// <summary>Tells what happens to services: to the log, and to whoever asked for progress.</summary>
internal sealed class ServiceReporter(ILogger logger, IProgress<ServiceProgress>? progress)
{
    public void Report(string service, ServiceStage stage, TimeSpan elapsed = default, string? detail = null)
    {
        Log.Stage(logger, service, stage, elapsed, detail);
        progress?.Report(new ServiceProgress(service, stage, elapsed, detail));
    }
}
