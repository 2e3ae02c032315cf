using IntegrationKit.Launching;
using IntegrationKit.Readiness;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.Orchestration;

/// <summary>
/// Starts, resets and stops the services of one infrastructure, one such operation at a time. A stop ends a start that
/// is under way.
/// </summary>
internal sealed class Lifecycle(TestInfrastructureOptions options)
{
    private readonly ILogger _logger = options.LoggerFactory.CreateLogger("IntegrationKit");
    private readonly ServiceReporter _reporter = new(options.LoggerFactory.CreateLogger("IntegrationKit"), options.Progress);
    private readonly Launcher _launcher = new(
        new LauncherOptions(options.EngineEndpoint, options.ImagePrefix, options.Watchdog, options.PublishPortsOnAllInterfaces), options.LoggerFactory.CreateLogger("IntegrationKit"), options.TimeProvider);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private CancellationTokenSource _nextStop = new();
    private ServicePlan? _plan;

    /// <summary>Starts what does not run yet of <paramref name="select"/>'s choice; a failure leaves nothing of it running.</summary>
    public async Task StartAsync(
        Func<ServicePlan> makePlan, Func<ServicePlan, IReadOnlyList<PlannedService>> select, CancellationToken cancellationToken)
    {
        var nextStop = Volatile.Read(ref _nextStop).Token;
        using var withdrawn = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, nextStop);
        await EnterAsync(withdrawn.Token, cancellationToken).ConfigureAwait(false);
        try
        {
            _plan = makePlan();
            foreach (var each in _plan.Services)
            {
                each.Service.SharesServer = options.ShareServers is true;
            }

            var services = select(_plan);
            var toStart = services.Where(each => each.Service.State != ServiceState.Running).ToArray();
            if (toStart.Length == 0)
            {
                return;
            }

            ThrowIfAny("stopped", await StopRunningAsync([.. toStart.Where(each => each.Service.NeedsStop)]).ConfigureAwait(false));
            _launcher.NetworkAliases = [.. _plan.Services.Select(each => each.Service.ExplicitAlias).OfType<string>()];
            using var deadline = new Deadline(options.StartTimeout, "the StartTimeout of the whole infrastructure", options.TimeProvider, withdrawn.Token);
            try
            {
                await new StartRun(toStart, _launcher, _reporter, _logger, options, deadline).RunAsync(cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                await StopRunningAsync(toStart).ConfigureAwait(false);
                throw;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Resets every running service that can be reset and was touched, all at the same time.</summary>
    /// <exception cref="ServiceOperationException">A reset failed, or a server has ended; the others were tried.</exception>
    public Task ResetAsync(CancellationToken cancellationToken) => ForEachAsync("reset", ServiceStage.Reset, ResetOneAsync, cancellationToken);

    /// <summary>Makes the state of this moment the baseline of every running service that can be reset.</summary>
    /// <exception cref="ServiceOperationException">It failed for one; the others were tried.</exception>
    public Task CaptureBaselineAsync(CancellationToken cancellationToken) => ForEachAsync(
        "captured", stage: null, async (service, token) =>
        {
            await ((IResettable)service).CaptureBaselineAsync(token).ConfigureAwait(false);
            return true;
        }, cancellationToken);

    /// <summary>Looks whether every service runs, and whether its server does.</summary>
    /// <exception cref="ServiceOperationException">One does not.</exception>
    public static async Task CheckAsync(IReadOnlyList<TestService> services, CancellationToken cancellationToken)
    {
        var failures = new List<ServiceFailure>();
        foreach (var service in services)
        {
            var end = service.State == ServiceState.Running
                ? await service.FindEndAsync(cancellationToken).ConfigureAwait(false)
                : $"It does not run: it is {service.State}.";
            if (end is not null)
            {
                failures.Add(new(service.Name, new IntegrationKitException(end)));
            }
        }

        ThrowIfAny("used", failures);
    }

    /// <summary>Stops everything in reverse order. Idempotent.</summary>
    /// <exception cref="ServiceOperationException">A stop failed; the others were tried.</exception>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // Every start that was called before ends, also one that still waits for another.
        await Interlocked.Exchange(ref _nextStop, new()).CancelAsync().ConfigureAwait(false);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfAny("stopped", await StopRunningAsync(_plan?.Services ?? []).ConfigureAwait(false));
        }
        finally
        {
            _gate.Release();
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

    /// <summary>Waits for the operation before this one.</summary>
    private async Task EnterAsync(CancellationToken withdrawn, CancellationToken cancellationToken)
    {
        try
        {
            await _gate.WaitAsync(withdrawn).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new OperationCanceledException(StartFailures.Withdrawn, e, withdrawn);
        }
    }

    private async Task<IReadOnlyList<ServiceFailure>> StopRunningAsync(IReadOnlyList<PlannedService> services)
    {
        var failures = await new StopRun([.. ToStop(services)], _launcher, _reporter, _logger, options).RunAsync().ConfigureAwait(false);
        if (ToStop(_plan?.Services ?? []).Any())
        {
            return failures;
        }

        try
        {
            using var limit = new CancellationTokenSource(options.StopTimeout, options.TimeProvider);
            await _launcher.CloseAsync(limit.Token).ConfigureAwait(false);
            return failures;
        }
        catch (Exception e) when (e is IntegrationKitException or OperationCanceledException)
        {
            // Told beside what else failed, since it must hide neither that nor the reason of a failed start.
            return [.. failures, new(_launcher.ServiceLeft ?? "the network", e)];
        }
    }

    /// <summary>False where there was nothing to do.</summary>
    private static async Task<bool> ResetOneAsync(TestService service, CancellationToken cancellationToken)
    {
        if (await service.FindEndAsync(cancellationToken).ConfigureAwait(false) is { } end)
        {
            throw new IntegrationKitException(end);
        }

        if (!service.IsTouched)
        {
            return false;
        }

        await ((IResettable)service).ResetAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Takes a step with all running services that can be reset, at the same time, within the time for a reset.</summary>
    private async Task ForEachAsync(
        string operation, ServiceStage? stage, Func<TestService, CancellationToken, Task<bool>> step, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var deadline = new Deadline(options.ResetTimeout, "the ResetTimeout", options.TimeProvider, cancellationToken);
            var running = (_plan?.Services ?? []).Select(each => each.Service).Where(each => each is IResettable && each.State == ServiceState.Running);
            var steps = running.Select(each => DoAsync(operation, stage, each, step, deadline));
            var failures = (await Task.WhenAll(steps).ConfigureAwait(false)).OfType<ServiceFailure>().ToArray();
            cancellationToken.ThrowIfCancellationRequested();
            ThrowIfAny(operation, failures);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<ServiceFailure?> DoAsync(
        string operation, ServiceStage? stage, TestService service, Func<TestService, CancellationToken, Task<bool>> step, Deadline deadline)
    {
        var begun = options.TimeProvider.GetTimestamp();
        try
        {
            var isDone = await Task.Run(() => step(service, deadline.Token), CancellationToken.None).WaitAsync(deadline.Token).ConfigureAwait(false);
            if (isDone && stage is { } done)
            {
                _reporter.Report(service.Name, done, options.TimeProvider.GetElapsedTime(begun));
            }

            return null;
        }
        catch (Exception e)
        {
            var error = e is OperationCanceledException && deadline.Passed is { } passed
                ? new TimeoutException($"It was not {operation} within {Text.Seconds(passed.Length)}, {passed.Name}.", e)
                : e;
            _reporter.Report(service.Name, ServiceStage.Failed, options.TimeProvider.GetElapsedTime(begun), Text.FirstLine(error.Message));
            return new(service.Name, error);
        }
    }
}
