using IntegrationKit.Diagnostics;
using IntegrationKit.Launching;
using IntegrationKit.Limits;
using IntegrationKit.Model;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.Orchestration;

/// <summary>One start of some services: each begins as soon as all that it depends on is ready.</summary>
internal sealed class StartRun(
    ServicePlan plan, IReadOnlyList<PlannedService> services, StartTools tools, TestInfrastructureOptions options, Deadline overall)
{
    private readonly TimeProvider _time = options.TimeProvider;
    private readonly Dictionary<TestService, Task<bool>> _starts = new(services.Count);
    private readonly List<StartFailure> _failures = [];
    private readonly Lock _gate = new();

    /// <summary>Starts them all. If one fails, the others are cancelled, and the failures become one exception.</summary>
    /// <returns>What explains the failure; null if there is none.</returns>
    public async Task<Exception?> RunAsync(CancellationToken callerToken)
    {
        using var slots = new SemaphoreSlim(options.MaxParallelism);
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(overall.Token);
        foreach (var planned in services)
        {
            // By the order of the plan, all that it depends on have their task already.
            var needed = new List<Task<bool>>(planned.Dependencies.Count);
            foreach (var dependency in planned.Dependencies)
            {
                if (_starts.TryGetValue(dependency.Service, out var start))
                {
                    needed.Add(start);
                }
            }

            _starts.Add(planned.Service, StartOneAsync(planned, needed, slots, cancelled));
        }

        await Task.WhenAll(_starts.Values).ConfigureAwait(false);
        if (_failures.Count == 0)
        {
            var started = services.ToHashSet();
            var used = services.SelectMany(each => each.Dependencies).Where(started.Contains).Distinct();
            await Task.WhenAll(used.Select(each => CaptureAsync(each.Service, cancelled))).ConfigureAwait(false);
        }

        if (_failures.Count == 0)
        {
            return null;
        }

        callerToken.ThrowIfCancellationRequested();
        return overall.Passed is null && _failures.TrueForAll(failure => failure.WasCancelled)
            ? new OperationCanceledException(StartFailures.Stopped, overall.Token)
            : StartFailures.Explain(_failures, services, overall);
    }

    /// <summary>Never throws: a failure is noted, and cancels the others' starts.</summary>
    private async Task<bool> StartOneAsync(PlannedService planned, List<Task<bool>> needed, SemaphoreSlim slots, CancellationTokenSource cancelled)
    {
        var service = planned.Service;
        if (service.State == ServiceState.Running)
        {
            return true;
        }

        var start = new ServiceStart(planned, plan, tools, options);
        var begun = _time.GetTimestamp();
        service.MoveTo(ServiceState.Starting);
        try
        {
            var prepare = start.PrepareAsync(overall, cancelled.Token);
            var ready = AllReadyAsync(planned, needed);
            if (prepare.IsCompleted || await Task.WhenAny(prepare, ready).ConfigureAwait(false) == prepare)
            {
                // An image that cannot be pulled is reported at once, not after the others are up.
                await prepare.ConfigureAwait(false);
            }

            if (!await ready.ConfigureAwait(false))
            {
                await prepare.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await start.CleanUpAsync(collectEvidence: false).ConfigureAwait(false);
                service.MoveTo(ServiceState.Stopped);
                return false;
            }

            await prepare.ConfigureAwait(false);

            // Without a token: those that hold a slot are cancelled too, and release it.
            await slots.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            try
            {
                cancelled.Token.ThrowIfCancellationRequested();
                begun = _time.GetTimestamp();
                service.Attach(await start.RunAsync(overall, cancelled.Token).ConfigureAwait(false));
            }
            finally
            {
                slots.Release();
            }

            tools.Reporter.Report(service.Name, ServiceStage.Ready, _time.GetElapsedTime(begun));
            return true;
        }
        catch (Exception e)
        {
            await FailAsync(start, e, _time.GetElapsedTime(begun), cancelled).ConfigureAwait(false);
            return false;
        }
    }

    /// <summary>What the starts of others have done to it, such as the migration of an application, belongs to its baseline.</summary>
    private async Task CaptureAsync(TestService service, CancellationTokenSource cancelled)
    {
        if (service.Run is not { IsTouched: true, CapturesBaseline: true } run)
        {
            return;
        }

        var begun = _time.GetTimestamp();
        try
        {
            await BoundedCall.RunInnerAsync(run.CaptureBaselineAsync, _time, cancelled.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            var evidence = new StartEvidence(tools.Redactor) { WaitingFor = "its baseline, to be noted again after others had used it during their starts" };
            await NoteFailureAsync(new(service, e, evidence, _time.GetElapsedTime(begun), WasCancelled(e, cancelled)), cancelled).ConfigureAwait(false);
        }
    }

    private async Task<bool> AllReadyAsync(PlannedService planned, List<Task<bool>> needed)
    {
        if (tools.Reporter.IsHeard && !needed.TrueForAll(start => start.IsCompleted))
        {
            tools.Reporter.Report(planned.Service.Name, ServiceStage.Waiting, detail: string.Join(", ", planned.Dependencies.Select(d => d.Service.Name)));
        }

        var areReady = true;
        foreach (var start in needed)
        {
            areReady &= await start.ConfigureAwait(false);
        }

        return areReady;
    }

    private async Task FailAsync(ServiceStart start, Exception error, TimeSpan elapsed, CancellationTokenSource cancelled)
    {
        var wasCancelled = WasCancelled(error, cancelled);

        // The others are not to wait until this one has cleaned up.
        await NoteFailureAsync(new(start.Service, error, start.Evidence, elapsed, wasCancelled), cancelled).ConfigureAwait(false);
        await start.CleanUpAsync(collectEvidence: !wasCancelled || overall.Passed is not null).ConfigureAwait(false);
        start.Service.MoveTo(wasCancelled ? ServiceState.Stopped : ServiceState.Failed);
        if (!wasCancelled)
        {
            tools.Reporter.Report(start.Service.Name, ServiceStage.Failed, elapsed, Text.FirstLine(start.Evidence.Redact(error.Message)));
        }
    }

    /// <summary>
    /// One that was only cancelled, because another failed, the caller cancelled or a stop began, explains nothing. Client
    /// libraries often answer a cancellation with another exception: after a cancel or a stop all errors are that.
    /// </summary>
    private bool WasCancelled(Exception error, CancellationTokenSource cancelled)
    {
        var isStopped = overall.Token.IsCancellationRequested && overall.Passed is null;
        return isStopped || (error is OperationCanceledException && cancelled.IsCancellationRequested);
    }

    private Task NoteFailureAsync(StartFailure failure, CancellationTokenSource cancelled)
    {
        lock (_gate)
        {
            _failures.Add(failure);
        }

        return cancelled.CancelAsync();
    }
}

/// <summary>What every start of one infrastructure uses.</summary>
internal sealed record StartTools(ILauncher Launcher, Leftovers Leftovers, ServiceReporter Reporter, Redactor Redactor, ILogger Logger);
