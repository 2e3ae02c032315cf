using IntegrationKit.Launching;
using IntegrationKit.Readiness;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.Orchestration;

/// <summary>One start of some services: each begins as soon as all that it depends on is ready.</summary>
internal sealed class StartRun(
    IReadOnlyList<PlannedService> services, Launcher launcher, ServiceReporter reporter, ILogger logger, TestInfrastructureOptions options, Deadline overall)
{
    private readonly TimeProvider _time = options.TimeProvider;
    private readonly Dictionary<TestService, Task<bool>> _starts = [];
    private readonly List<StartFailure> _failures = [];
    private readonly Lock _gate = new();

    /// <summary>Starts them all. Where one fails, the rest is let go, and the failures are thrown as one story.</summary>
    /// <exception cref="ServiceStartException">A service failed.</exception>
    /// <exception cref="EngineUnavailableException">There is no engine.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task RunAsync(CancellationToken callerToken)
    {
        using var slots = new SemaphoreSlim(options.MaxParallelism);
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(overall.Token);
        foreach (var planned in services)
        {
            // The order of the plan makes sure that what it depends on has its task already.
            var needed = planned.Dependencies.Where(d => _starts.ContainsKey(d.Service)).Select(d => _starts[d.Service]);
            _starts.Add(planned.Service, StartOneAsync(planned, [.. needed], slots, abandon));
        }

        await Task.WhenAll(_starts.Values).ConfigureAwait(false);
        if (_failures.Count == 0)
        {
            return;
        }

        callerToken.ThrowIfCancellationRequested();
        if (overall.Passed is null && _failures.TrueForAll(failure => failure.LetGo))
        {
            throw new OperationCanceledException(StartFailures.Withdrawn, overall.Token);
        }

        throw StartFailures.Tell(_failures, services, overall);
    }

    /// <summary>Never throws: a failure is noted, and ends the others' starts.</summary>
    private async Task<bool> StartOneAsync(PlannedService planned, Task<bool>[] needed, SemaphoreSlim slots, CancellationTokenSource abandon)
    {
        var service = planned.Service;
        var evidence = new StartEvidence();
        var begun = _time.GetTimestamp();
        if (service.State == ServiceState.Running)
        {
            return true;
        }

        service.MoveTo(ServiceState.Starting);
        try
        {
            var prepare = WithinAsync(overall, evidence, () => service.PrepareAsync(Context(overall, evidence), abandon.Token));
            var ready = AllReadyAsync(planned, needed);
            if (await Task.WhenAny(prepare, ready).ConfigureAwait(false) == prepare)
            {
                // An image that cannot be had is said at once, not after the others are up.
                await prepare.ConfigureAwait(false);
            }

            if (!await ready.ConfigureAwait(false))
            {
                await prepare.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                service.MoveTo(ServiceState.Stopped);
                return false;
            }

            await prepare.ConfigureAwait(false);
            await slots.WaitAsync(abandon.Token).ConfigureAwait(false);
            try
            {
                begun = _time.GetTimestamp();
                using var deadline = new Deadline(service.StartTimeout, "its StartTimeout", _time, abandon.Token, overall);
                await WithinAsync(deadline, evidence, () => service.StartAsync(Context(deadline, evidence), deadline.Token)).ConfigureAwait(false);
            }
            finally
            {
                slots.Release();
            }

            service.MoveTo(ServiceState.Running);
            reporter.Report(service.Name, ServiceStage.Ready, _time.GetElapsedTime(begun));
            return true;
        }
        catch (Exception e)
        {
            await FailAsync(service, e, evidence, _time.GetElapsedTime(begun), abandon).ConfigureAwait(false);
            return false;
        }
    }

    /// <summary>
    /// Takes a step of a service on a thread of the pool, so that one that blocks its thread holds up no other, and says
    /// which limit has passed, where the step itself only says that it was cancelled.
    /// </summary>
    private static async Task WithinAsync(Deadline deadline, StartEvidence evidence, Func<Task> step)
    {
        try
        {
            await Task.Run(step, CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.Passed is { } passed)
        {
            throw StartFailures.TooLate(evidence, passed);
        }
    }

    private async Task<bool> AllReadyAsync(PlannedService planned, Task<bool>[] needed)
    {
        if (!Array.TrueForAll(needed, start => start.IsCompleted))
        {
            reporter.Report(planned.Service.Name, ServiceStage.Waiting, detail: string.Join(", ", planned.Dependencies.Select(d => d.Service.Name)));
        }

        return Array.TrueForAll(await Task.WhenAll(needed).ConfigureAwait(false), ready => ready);
    }

    private async Task FailAsync(TestService service, Exception error, StartEvidence evidence, TimeSpan elapsed, CancellationTokenSource abandon)
    {
        // One that was only let go, because another failed, the caller cancelled or a stop came, has no story of its own.
        // Client libraries often answer a cancellation with another exception: after a cancel or a stop all errors are that.
        var isWithdrawn = overall.Token.IsCancellationRequested && overall.Passed is null;
        var letGo = isWithdrawn || (error is OperationCanceledException && abandon.IsCancellationRequested);
        service.MoveTo(letGo ? ServiceState.Stopped : ServiceState.Failed);
        if (!letGo)
        {
            reporter.Report(service.Name, ServiceStage.Failed, elapsed, Text.FirstLine(evidence.Redact(error.Message)));
        }

        lock (_gate)
        {
            _failures.Add(new(service, error, evidence, elapsed, letGo));
        }

        await abandon.CancelAsync().ConfigureAwait(false);
    }

    private ServiceContext Context(Deadline deadline, StartEvidence evidence) =>
        new(launcher, new LaunchContext(logger, reporter, deadline, evidence), _time);
}
