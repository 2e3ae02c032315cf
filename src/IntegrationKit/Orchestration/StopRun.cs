using IntegrationKit.Diagnostics;
using IntegrationKit.Limits;

namespace IntegrationKit.Orchestration;

/// <summary>One stop of some services: each is stopped when all that depend on it are stopped. Every one is tried.</summary>
internal sealed class StopRun(IReadOnlyList<PlannedService> services, ServiceReporter reporter, TestInfrastructureOptions options)
{
    private readonly TimeProvider _time = options.TimeProvider;

    /// <summary>Returns what could not be stopped.</summary>
    public async Task<IReadOnlyList<ServiceFailure>> RunAsync()
    {
        var stops = new List<Task<ServiceFailure?>>(services.Count);
        var dependents = services.ToDictionary(each => each, _ => new List<Task>());
        foreach (var planned in services.Reverse())
        {
            // By the order of the plan, all that depend on it have their task already.
            var stop = StopOneAsync(planned.Service, Task.WhenAll(dependents[planned]));
            stops.Add(stop);
            foreach (var dependency in planned.Dependencies)
            {
                dependents.GetValueOrDefault(dependency)?.Add(stop);
            }
        }

        var results = await Task.WhenAll(stops).ConfigureAwait(false);
        return [.. results.OfType<ServiceFailure>()];
    }

    private async Task<ServiceFailure?> StopOneAsync(TestService service, Task dependentsGone)
    {
        await dependentsGone.ConfigureAwait(false);
        var begun = _time.GetTimestamp();
        var run = service.Detach();
        reporter.Report(service.Name, ServiceStage.Stopping);
        using var deadline = new Deadline(options.StopTimeout, "the StopTimeout", _time, CancellationToken.None);
        try
        {
            await run.StopAsync().WaitAsync(deadline.Token).ConfigureAwait(false);
            service.ForgetRun();
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
