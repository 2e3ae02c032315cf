using IntegrationKit.Launching;
using IntegrationKit.Readiness;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.Orchestration;

/// <summary>One stop of some services: each goes when all that depend on it are gone. Every one is tried.</summary>
internal sealed class StopRun(
    IReadOnlyList<PlannedService> services, Launcher launcher, ServiceReporter reporter, ILogger logger, TestInfrastructureOptions options)
{
    private readonly TimeProvider _time = options.TimeProvider;

    /// <summary>Returns what could not be stopped.</summary>
    public async Task<IReadOnlyList<ServiceFailure>> RunAsync()
    {
        var stops = new Dictionary<TestService, Task<ServiceFailure?>>();
        foreach (var planned in services.Reverse())
        {
            var dependents = services.Where(each => each.Dependencies.Contains(planned) && stops.ContainsKey(each.Service)).Select(each => stops[each.Service]);
            stops.Add(planned.Service, StopOneAsync(planned.Service, Task.WhenAll([.. dependents])));
        }

        var results = await Task.WhenAll(stops.Values).ConfigureAwait(false);
        return [.. results.OfType<ServiceFailure>()];
    }

    private async Task<ServiceFailure?> StopOneAsync(TestService service, Task dependentsGone)
    {
        await dependentsGone.ConfigureAwait(false);
        var begun = _time.GetTimestamp();
        service.MoveTo(ServiceState.Stopping);
        reporter.Report(service.Name, ServiceStage.Stopping);
        using var deadline = new Deadline(options.StopTimeout, "the StopTimeout", _time, CancellationToken.None);
        try
        {
            var context = new ServiceContext(launcher, new LaunchContext(logger, reporter, deadline, new StartEvidence()), _time);
            // On a thread of the pool: one that blocks its thread holds up no other, and not beyond the limit.
            await Task.Run(() => service.StopAsync(context, deadline.Token), CancellationToken.None).WaitAsync(deadline.Token).ConfigureAwait(false);
            service.MoveTo(ServiceState.Stopped);
            reporter.Report(service.Name, ServiceStage.Stopped, _time.GetElapsedTime(begun));
            return null;
        }
        catch (Exception e)
        {
            var error = e is OperationCanceledException && deadline.Passed is not null
                ? new TimeoutException($"It did not stop within {Text.Seconds(deadline.Length)}, {deadline.Name}.", e)
                : e;
            service.MoveTo(ServiceState.Failed);
            reporter.Report(service.Name, ServiceStage.Failed, _time.GetElapsedTime(begun), Text.FirstLine(error.Message));
            return new(service.Name, error);
        }
    }
}
