using System.Collections.Concurrent;
using IntegrationKit.Engine;
using IntegrationKit.Ownership;
using IntegrationKit.Readiness;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.Launching;

/// <summary>Runs the containers of one infrastructure. It joins the engine's session when the first container needs it.</summary>
internal sealed class Launcher(LauncherOptions options, ILogger logger, TimeProvider timeProvider)
{
    // A create that is cancelled on the wire may still make its container, so it is awaited, within this limit.
    private static readonly TimeSpan CreateLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CleanUpLimit = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ConcurrentDictionary<string, RunningContainer> _leftovers = new(StringComparer.Ordinal);
    private EngineSession? _session;
    private NetworkLease? _network;

    /// <summary>Every alias that the infrastructure's containers will ask for.</summary>
    public IReadOnlyCollection<string> NetworkAliases { get; set; } = [];

    /// <summary>A service whose container could not be removed; null where there is none.</summary>
    public string? ServiceLeft => _leftovers.Values.FirstOrDefault()?.Name;

    /// <summary>Another one with the same options, for a server that outlives the infrastructure.</summary>
    public Launcher ForSharedServer() => new(options, logger, timeProvider);

    /// <summary>What tells apart servers that this launcher starts from those that another one does: engine, image, exposure.</summary>
    public IEnumerable<string?> SharingKey(string image) =>
        [options.EngineEndpoint ?? Environment.GetEnvironmentVariable("DOCKER_HOST"), options.Qualify(image), options.PublishPortsOnAllInterfaces ? "all interfaces" : null];

    /// <summary>Puts a shared server on this infrastructure's network.</summary>
    public async Task JoinNetworkAsync(SharedServer server, CancellationToken cancellationToken)
    {
        var session = await JoinAsync(cancellationToken).ConfigureAwait(false);
        var network = await LeaseNetworkAsync(session, cancellationToken).ConfigureAwait(false);
        await server.JoinAsync(network, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Notes what a container that runs on can tell about a failure.</summary>
    public async Task CollectEvidenceAsync(RunningContainer container, LaunchContext context) =>
        context.Evidence.Container = await ContainerEvidence.CollectAsync(container, context.Evidence, timeProvider).ConfigureAwait(false);

    /// <summary>Finds, or pulls, the image; what it costs counts against no start deadline.</summary>
    public async Task<ImageDetails> ResolveImageAsync(string image, LaunchContext context, string service, CancellationToken cancellationToken)
    {
        var session = await JoinAsync(cancellationToken).ConfigureAwait(false);
        var reference = options.Qualify(image);
        using var pull = new PullReporter(service, reference, context);
        return await session.Images.ResolveAsync(reference, pull.OnProgress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Creates and starts a container and waits until it is ready. Where it throws, nothing of it is left.</summary>
    public async Task<RunningContainer> LaunchAsync(LaunchSpec spec, LaunchContext context)
    {
        var deadline = context.Deadline;
        foreach (var secret in spec.Secrets)
        {
            context.Evidence.AddSecret(secret);
        }

        var image = await ResolveImageAsync(spec.Image, context, spec.Service, deadline.Token).ConfigureAwait(false);
        var session = await JoinAsync(deadline.Token).ConfigureAwait(false);
        var network = spec.NetworkAliases is null ? null : await LeaseNetworkAsync(session, deadline.Token).ConfigureAwait(false);
        context.Reporter.Report(spec.Service, ServiceStage.Starting, detail: options.Qualify(spec.Image));

        context.Evidence.Launch = ContainerEvidence.Of(spec, image, session.Engine.Endpoint);
        var containerSpec = ContainerSpecs.From(spec, image, options, network, session.Engine.Endpoint, timeProvider.GetUtcNow());
        await session.Guard.ReadyAsync(deadline.Token).ConfigureAwait(false);
        var id = await CreateAsync(session, containerSpec, spec.Service).ConfigureAwait(false);
        var container = new RunningContainer(spec.Service, id, session, spec);
        try
        {
            deadline.Token.ThrowIfCancellationRequested();
            await session.Engine.Containers.StartAsync(id, deadline.Token).ConfigureAwait(false);
            var details = await container.InspectAsync(deadline.Token).ConfigureAwait(false);
            var probe = spec.Readiness ?? DefaultProbe(image, spec);
            if (details is not { IsRunning: true } && (probe is not null || details?.ExitCode != 0))
            {
                throw new ContainerExitedException(details?.ExitCode, details?.OutOfMemory ?? false);
            }

            if (probe is not null)
            {
                await WaitAsync(container, probe, context).ConfigureAwait(false);
            }

            return container;
        }
        catch (Exception e)
        {
            await CleanUpAsync(container, context, collectEvidence: e is not OperationCanceledException || deadline.Passed is not null).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Runs one more step of a container's start; where that fails, evidence is collected and the container removed.</summary>
    public async Task CompleteStartAsync(RunningContainer container, LaunchContext context, Func<CancellationToken, Task> step)
    {
        try
        {
            await step(context.Deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await CleanUpAsync(container, context, collectEvidence: e is not OperationCanceledException || context.Deadline.Passed is not null).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits for a probe; an end of the container ends the wait.</summary>
    public async Task WaitAsync(RunningContainer container, Probe probe, LaunchContext context)
    {
        context.Reporter.Report(container.Name, ServiceStage.Probing, detail: probe.ToString());
        await ReadinessWaiter.WaitAsync(probe, container, EndedAsync(), context.Deadline, context.Evidence, timeProvider).ConfigureAwait(false);

        async Task EndedAsync()
        {
            await container.Ended.ConfigureAwait(false);
            var details = await container.InspectAsync(context.Deadline.Token).ConfigureAwait(false);
            throw new ContainerExitedException(details?.ExitCode, details?.OutOfMemory ?? false);
        }
    }

    /// <summary>
    /// Gives back what the infrastructure held on the engine, and first what could not be removed before. Idempotent; where
    /// it throws, the next call carries on.
    /// </summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var (id, container) in _leftovers)
            {
                await container.RemoveAsync(gracefully: false, cancellationToken).ConfigureAwait(false);
                _leftovers.TryRemove(id, out _);
            }

            if (Interlocked.Exchange(ref _network, null) is { } network)
            {
                await network.ReturnAsync(cancellationToken).ConfigureAwait(false);
            }

            if (Interlocked.Exchange(ref _session, null) is { } session)
            {
                await session.LeaveAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private static Probe? DefaultProbe(ImageDetails image, LaunchSpec spec) =>
        image.HasHealthCheck ? Probe.HealthCheck() : spec.Ports.Count > 0 ? Probe.Tcp() : null;

    private async Task<EngineSession> JoinAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _session ??= await EngineSession.JoinAsync(options, logger, timeProvider, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<NetworkLease> LeaseNetworkAsync(EngineSession session, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var limit = new CancellationTokenSource(CreateLimit, timeProvider);
            return _network ??= await session.Networks.LeaseAsync(NetworkAliases, limit.Token).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<string> CreateAsync(EngineSession session, ContainerSpec spec, string service)
    {
        using var limit = new CancellationTokenSource(CreateLimit, timeProvider);
        try
        {
            var id = await session.Engine.Containers.CreateAsync(spec, limit.Token).ConfigureAwait(false);
            session.Guard.Ledger.Intend(ResourceType.Container, id);
            session.Guard.Ledger.Confirm(id);
            return id;
        }
        catch (Exception e) when (e is EngineException { Status: null } or OperationCanceledException)
        {
            // No answer, so nobody knows: the engine may have made it.
            await RemoveUnansweredAsync(session, spec, service).ConfigureAwait(false);
            if (limit.IsCancellationRequested)
            {
                throw new TimeoutException($"The engine did not create the container within {Text.Seconds(CreateLimit)}.", e);
            }

            throw;
        }
    }

    private async Task RemoveUnansweredAsync(EngineSession session, ContainerSpec spec, string service)
    {
        using var limit = new CancellationTokenSource(CleanUpLimit, timeProvider);
        try
        {
            var containers = await session.Engine.Containers.ListAsync([ResourceLabels.Filter, $"{ResourceLabels.ServiceLabel}={service}"], limit.Token).ConfigureAwait(false);
            foreach (var each in containers.Where(each => ResourceLabels.CreatedAt(each.Labels) == ResourceLabels.CreatedAt(spec.Labels) && !session.Guard.Ledger.Contains(each.Id)))
            {
                await session.Engine.Containers.RemoveAsync(each.Id, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is EngineException or OperationCanceledException)
        {
            Log.CleanUpFailed(logger, service, "of unknown id", e);
        }
    }

    private async Task CleanUpAsync(RunningContainer container, LaunchContext context, bool collectEvidence)
    {
        using var limit = new CancellationTokenSource(CleanUpLimit, timeProvider);
        if (collectEvidence)
        {
            context.Evidence.Container = await ContainerEvidence.CollectAsync(container, context.Evidence, timeProvider).ConfigureAwait(false);
        }

        try
        {
            await container.RemoveAsync(gracefully: false, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is EngineException or OperationCanceledException)
        {
            // An engine that is just being restarted takes it back at the next stop.
            _leftovers[container.Id] = container;
            Log.CleanUpFailed(context.Logger, container.Name, container.Id, e);
        }
    }
}
