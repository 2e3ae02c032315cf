using Microsoft.Extensions.Logging;

namespace IntegrationKit;

/// <summary>Tells what happens to services: to the log, and to whoever asked for progress.</summary>
internal sealed class ServiceReporter(ILogger logger, IProgress<ServiceProgress>? progress)
{
    public void Report(string service, ServiceStage stage, TimeSpan elapsed = default, string? detail = null)
    {
        Guarded(() => Log.Stage(logger, service, stage, elapsed, detail));
        Guarded(() => progress?.Report(new ServiceProgress(service, stage, elapsed, detail)));
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
            // There is nobody to tell: it is the telling that fails.
        }
    }
}
