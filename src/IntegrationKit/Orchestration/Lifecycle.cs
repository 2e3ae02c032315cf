using IntegrationKit.Diagnostics;
using IntegrationKit.Launching;
using IntegrationKit.Limits;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.Orchestration;

/// <summary>
/// Starts, resets and stops the services of one infrastructure, one such operation at a time. A stop ends a start that
/// is under way.
/// </summary>
internal sealed class Lifecycle
{
    // How long the operation before it may take to end once it is cancelled: its own limits are shorter.
    private static readonly TimeSpan GateReserve = TimeSpan.FromMinutes(2);

    private readonly TestInfrastructureOptions _options;
    private readonly StartTools _tools;
    private readonly OperationGate _gate;
    private CancellationTokenSource _nextStop = new();
    private ServicePlan? _plan;

    public Lifecycle(TestInfrastructureOptions options, ILauncher launcher)
    {
        var logger = options.LoggerFactory.CreateLogger("IntegrationKit");
        var redactor = new Redactor();
        _options = options;
        _gate = new(options.TimeProvider);
        _tools = new(launcher, new(logger, options), new(logger, options.Progress, redactor), redactor, logger);
    }

    /// <summary>Where the secrets of all services are registered.</summary>
    public Redactor Redactor => _tools.Redactor;

    /// <summary>A service that runs, is starting or stopping, or may have left something; null if there is none.</summary>
    public TestService? FindUp() => Volatile.Read(ref _plan)?.Services.FirstOrDefault(each => each.Service.IsUp)?.Service;

    /// <summary>Starts what <paramref name="select"/> chooses and does not run yet; after a failure none of it runs.</summary>
    /// <returns>What explains a failed start; null if it has succeeded.</returns>
    public async Task<Exception?> StartAsync(
        Func<ServicePlan> makePlan, Func<ServicePlan, IReadOnlyList<PlannedService>> select, CancellationToken cancellationToken)
    {
        var nextStop = Volatile.Read(ref _nextStop).Token;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, nextStop);
        await EnterAsync("started", either.Token, cancellationToken).ConfigureAwait(false);
        try
        {
            // It also limits how long others wait for code of the services that the plan asks, which may hang.
            using var deadline = new Deadline(_options.StartTimeout, "the StartTimeout of the whole infrastructure", _options.TimeProvider, either.Token);
            _gate.Limit(deadline);
            _plan = makePlan();
            var toStart = select(_plan).Where(each => each.Service.State != ServiceState.Running).ToArray();
            if (toStart.Length == 0)
            {
                return null;
            }

            foreach (var each in toStart)
            {
                Redactor.AddWord(each.Service.Name);
            }

            using (deadline.Pause())
            {
                ThrowIfAny("stopped", await StopRunningAsync([.. toStart.Where(each => each.Service.NeedsStop)]).ConfigureAwait(false));
            }

            Exception? failure;
            try
            {
                failure = await new StartRun(_plan, toStart, _tools, _options, deadline).RunAsync(cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                await StopAfterFailureAsync(toStart).ConfigureAwait(false);
                throw;
            }

            if (failure is not null)
            {
                await StopAfterFailureAsync(toStart).ConfigureAwait(false);
            }

            return failure;
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Resets every running service of which something was handed out, all at the same time.</summary>
    /// <exception cref="ServiceOperationException">A reset failed, or a server has ended; the others were tried.</exception>
    public Task ResetAsync(CancellationToken cancellationToken) => ForEachAsync("reset", ServiceStage.Reset, ResetOneAsync, cancellationToken);

    /// <summary>Does something with every running service of which something was handed out, all at the same time.</summary>
    /// <exception cref="ServiceOperationException">It failed for one; the others were tried.</exception>
    public Task ForEachTouchedAsync(string operation, Func<ServiceRun, CancellationToken, Task> step, CancellationToken cancellationToken) => ForEachAsync(
        operation, stage: null, async (run, token) =>
        {
            if (run.IsTouched)
            {
                await step(run, token).ConfigureAwait(false);
            }

            return true;
        }, cancellationToken);

    /// <summary>Checks that every service runs, and that its server does.</summary>
    /// <exception cref="ServiceOperationException">One does not.</exception>
    public async Task CheckAsync(IReadOnlyList<TestService> services, CancellationToken cancellationToken)
    {
        using var limit = new Deadline(_options.ResetTimeout, "the ResetTimeout", _options.TimeProvider, cancellationToken);
        var failures = new List<ServiceFailure>();
        foreach (var service in services)
        {
            if (await FindEndAsync(service, limit, cancellationToken).ConfigureAwait(false) is { } end)
            {
                failures.Add(new(service.Name, end));
            }
        }

        ThrowIfAny("used", failures);
    }

    /// <summary>Stops everything in reverse order. Idempotent.</summary>
    /// <exception cref="ServiceOperationException">A stop failed; the others were tried.</exception>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // Cancels every start that was called before, even one that still waits for another operation.
        await Interlocked.Exchange(ref _nextStop, new()).CancelAsync().ConfigureAwait(false);
        await _gate.EnterAsync("stopped", _options.ResetTimeout + _options.StopTimeout + GateReserve, cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfAny("stopped", await StopRunningAsync(_plan?.Services ?? []).ConfigureAwait(false));
        }
        finally
        {
            _gate.Exit();
        }
    }

    private static IEnumerable<PlannedService> ToStop(IEnumerable<PlannedService> services) =>
        services.Where(each => each.Service.State is ServiceState.Running || each.Service.NeedsStop);

    private static void ThrowIfAny(string operation, IReadOnlyList<ServiceFailure> failures)
    {
        if (failures.Count > 0)
        {
            throw new ServiceOperationException(operation, failures);
        }
    }

    /// <summary>False if there was nothing to do.</summary>
    private static async Task<bool> ResetOneAsync(ServiceRun run, CancellationToken cancellationToken)
    {
        if (await run.FindEndAsync(cancellationToken).ConfigureAwait(false) is { } end)
        {
            throw new IntegrationKitException(end);
        }

        if (!run.IsTouched)
        {
            return false;
        }

        var reset = run.ResetAsync(cancellationToken);
        await reset.ConfigureAwait(false);
        return reset != ServiceRun.NothingToReset;
    }

    /// <summary>Why it cannot be used; null if it can.</summary>
    private async Task<Exception?> FindEndAsync(TestService service, Deadline limit, CancellationToken cancellationToken)
    {
        if (service.Run is not { } run)
        {
            return new IntegrationKitException($"It does not run: it is {service.State}.");
        }

        try
        {
            var end = await BoundedCall.RunAsync(run.FindEndAsync, _options.TimeProvider, limit.Token).ConfigureAwait(false);
            return end is null ? null : new IntegrationKitException(end);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return limit.Passed is { } passed ? new TimeoutException($"Whether it runs could not be found out within {Text.Seconds(passed.Length)}, {passed.Name}.", e) : e;
        }
    }

    /// <summary>Waits for the operation before this one.</summary>
    private async Task EnterAsync(string operation, CancellationToken either, CancellationToken cancellationToken)
    {
        try
        {
            await _gate.EnterAsync(operation, _options.StartTimeout + _options.StopTimeout + GateReserve, either).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new OperationCanceledException(StartFailures.Stopped, e, either);
        }
    }

    /// <summary>What cannot be stopped is tried again by the next stop, which then throws it.</summary>
    private async Task StopAfterFailureAsync(IReadOnlyList<PlannedService> services)
    {
        // What the failed start could not dispose of was tried a moment ago.
        foreach (var failure in await StopRunningAsync(services, retriesLeftovers: false).ConfigureAwait(false))
        {
            Log.CleanUpFailed(_tools.Logger, failure.Service, failure.Error);
        }
    }

    private async Task<IReadOnlyList<ServiceFailure>> StopRunningAsync(IReadOnlyList<PlannedService> services, bool retriesLeftovers = true)
    {
        IReadOnlyList<ServiceFailure> failures =
        [
            .. await new StopRun([.. ToStop(services)], _tools.Reporter, _options).RunAsync().ConfigureAwait(false),
            .. retriesLeftovers ? await _tools.Leftovers.RetryAsync().ConfigureAwait(false) : [],
        ];
        if (failures.Count > 0 || !_tools.Leftovers.IsEmpty || ToStop(_plan?.Services ?? []).Any())
        {
            return failures;
        }

        try
        {
            using var limit = new CancellationTokenSource(_options.StopTimeout, _options.TimeProvider);
            await _tools.Launcher.CloseAsync(limit.Token).ConfigureAwait(false);
            return [];
        }
        catch (Exception e) when (e is IntegrationKitException or OperationCanceledException)
        {
            // Reported together with the other failures, since it must not hide them or the reason of a failed start.
            return [new("the network", e)];
        }
    }

    /// <summary>Runs an operation on all running services at the same time, within the time of a reset.</summary>
    private async Task ForEachAsync(
        string operation, ServiceStage? stage, Func<ServiceRun, CancellationToken, Task<bool>> step, CancellationToken cancellationToken)
    {
        await EnterAsync(operation, cancellationToken, cancellationToken).ConfigureAwait(false);
        try
        {
            using var deadline = new Deadline(_options.ResetTimeout, "the ResetTimeout", _options.TimeProvider, cancellationToken);
            _gate.Limit(deadline);
            var steps = new List<Task<ServiceFailure?>>();
            foreach (var planned in _plan?.Services ?? [])
            {
                if (planned.Service.Run is { } run)
                {
                    steps.Add(DoAsync(operation, stage, planned.Service.Name, token => step(run, token), deadline));
                }
            }

            var failures = (await Task.WhenAll(steps).ConfigureAwait(false)).OfType<ServiceFailure>().ToArray();
            cancellationToken.ThrowIfCancellationRequested();
            ThrowIfAny(operation, failures);
        }
        finally
        {
            _gate.Exit();
        }
    }

    private async Task<ServiceFailure?> DoAsync(string operation, ServiceStage? stage, string service, Func<CancellationToken, Task<bool>> step, Deadline deadline)
    {
        var begun = _options.TimeProvider.GetTimestamp();
        try
        {
            var isDone = await Task.Run(() => step(deadline.Token), CancellationToken.None).Observed().WaitAsync(deadline.Token).ConfigureAwait(false);
            if (isDone && stage is { } done)
            {
                _tools.Reporter.Report(service, done, _options.TimeProvider.GetElapsedTime(begun));
            }

            return null;
        }
        catch (Exception e)
        {
            var error = e is OperationCanceledException && deadline.Passed is { } passed
                ? new TimeoutException($"It was not {operation} within {Text.Seconds(passed.Length)}, {passed.Name}.", e)
                : e;
            _tools.Reporter.Report(service, ServiceStage.Failed, _options.TimeProvider.GetElapsedTime(begun), Text.FirstLine(error.Message));
            return new(service, error);
        }
    }
}
