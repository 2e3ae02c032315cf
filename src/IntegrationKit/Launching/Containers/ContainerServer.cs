using IntegrationKit.Diagnostics;
using IntegrationKit.Engine;
using IntegrationKit.Readiness;

namespace IntegrationKit.Launching.Containers;

/// <summary>A server in a container of its own.</summary>
internal sealed class ContainerServer(string service, ServerSpec spec, NetworkPlacement? placement, ContainerLauncher launcher) : IServer
{
    private static readonly Task Never = new TaskCompletionSource().Task;

    private EngineSession? _session;
    private ContainerCreation? _creation;
    private Func<TimeSpan, CancellationToken, Task<string?>>? _ask;
    private IReadOnlyDictionary<int, int> _published = new Dictionary<int, int>();

    public string Name => service;

    public string Id { get; private set; } = string.Empty;

    public IReadOnlyList<int> Ports { get; } = [.. spec.Ports.Select(port => port.ContainerPort)];

    public Task Ended { get; private set; } = Never;

    private IEngineContainers Containers => _session?.Engine.Containers ?? throw new InvalidOperationException($"The container of service '{service}' has not been started.");

    public IEnumerable<string> FindProblems() => _session is null ? [] : ContainerSpecs.FindProblems(spec, launcher.Options, _session.Engine.Endpoint);

    public ServiceEndpoint Endpoint(int port) => _published.TryGetValue(port, out var hostPort)
        ? new(_session!.Engine.Endpoint.PublishedHost, hostPort)
        : throw new InvalidOperationException(Ports.Count == 0
            ? $"Port {port} of service '{service}' is not published; it publishes none. Add it to Ports."
            : $"Port {port} of service '{service}' is not published; it publishes {string.Join(", ", Ports)}. Add it to Ports.");

    public async Task StartAsync(LaunchContext context, IProbeTarget target)
    {
        var token = context.Deadline.Token;
        var image = await launcher.ResolveImageAsync(spec.Image, service, context, token).ConfigureAwait(false);
        var session = _session = await launcher.JoinAsync(token).ConfigureAwait(false);
        if (FindProblems().FirstOrDefault() is { } problem)
        {
            throw new IntegrationKitException(problem);
        }

        // Neither create is cancelled while its request is under way, so a limit may pass meanwhile.
        context.Evidence.WaitingFor = "the engine to create its container";
        var network = placement is null ? null : await launcher.LeaseNetworkAsync(placement.AllAliases, token).ConfigureAwait(false);
        context.Reporter.Report(service, ServiceStage.Starting, detail: launcher.Options.Qualify(spec.Image));
        context.Evidence.Launch = ContainerEvidence.Of(spec, image, session.Engine);
        var request = ContainerSpecs.From(service, spec, image, launcher.Options, network?.Name, placement?.Aliases ?? [], launcher.TimeProvider.GetUtcNow());
        if (ContainerFiles.FindProblems(spec.Files.Keys, [.. request.Tmpfs.Keys]).FirstOrDefault() is { } mistake)
        {
            throw new IntegrationKitException(mistake);
        }

        await session.Guard.ReadyAsync(token).ConfigureAwait(false);
        token.ThrowIfCancellationRequested();
        _creation = new(session, request, launcher.TimeProvider);
        Id = await _creation.RunAsync().ConfigureAwait(false);
        context.Evidence.WaitingFor = null;
        Ended = session.Events.Ended(Id);
        token.ThrowIfCancellationRequested();
        await PutFilesAsync(token).ConfigureAwait(false);
        await Containers.StartAsync(Id, token).ConfigureAwait(false);
        var details = await InspectAsync(token).ConfigureAwait(false);
        var probe = spec.Readiness ?? (spec.EndsByItself ? null : DefaultProbe(image));
        if (details is not { IsRunning: true } and not { ExitCode: 0 })
        {
            throw new ContainerExitedException(details?.ExitCode, details?.OutOfMemory ?? false);
        }

        if (probe is not null)
        {
            await WaitAsync(probe, target, context).ConfigureAwait(false);
            _ask = async (limit, asking) => Ended.IsCompleted || spec.EndsByItself ? null
                : await AnswerTrial.FindSilenceAsync(probe, target, limit, launcher.TimeProvider, asking).ConfigureAwait(false);
        }

        if (spec.EndsByItself)
        {
            await WaitForGoodEndAsync(context).ConfigureAwait(false);
        }
    }

    public async Task<string?> FindEndAsync(CancellationToken cancellationToken) => Ended.IsCompleted
        ? ContainerEnd.Describe(await Containers.InspectAsync(Id, cancellationToken).ConfigureAwait(false))
        : null;

    public Task<string?> FindSilenceAsync(TimeSpan limit, CancellationToken cancellationToken) => _ask?.Invoke(limit, cancellationToken) ?? Task.FromResult<string?>(null);

    public Task<DateTimeOffset> ToServerTimeAsync(DateTimeOffset ours, CancellationToken cancellationToken) =>
        new EngineClock(_session!.Engine, launcher.TimeProvider).FromOursAsync(ours, cancellationToken);

    public IAsyncEnumerable<LogLine> ReadLogAsync(LogQuery query, CancellationToken cancellationToken) => Containers.ReadLogsAsync(Id, query, cancellationToken);

    public IAsyncEnumerable<LogLine> FollowLogAsync(CancellationToken cancellationToken) => ReadLogAsync(new LogQuery { Follow = true }, cancellationToken);

    public Task<CommandResult> ExecAsync(IReadOnlyList<string> command, CancellationToken cancellationToken) => ExecAsync(command, options: null, cancellationToken);

    public Task<CommandResult> ExecAsync(IReadOnlyList<string> command, ExecOptions? options, CancellationToken cancellationToken) =>
        Containers.ExecAsync(Id, command, options ?? new(), cancellationToken);

    public Task PutArchiveAsync(string folder, Stream tar, CancellationToken cancellationToken) => Containers.PutArchiveAsync(Id, folder, tar, cancellationToken);

    public async Task<HealthReport> GetHealthAsync(CancellationToken cancellationToken)
    {
        var details = await Containers.InspectAsync(Id, cancellationToken).ConfigureAwait(false);
        return new(details?.Health ?? "none", details?.HealthOutput ?? string.Empty);
    }

    public async Task<bool> IsRunningAsync(CancellationToken cancellationToken) =>
        !Ended.IsCompleted && await Containers.InspectAsync(Id, cancellationToken).ConfigureAwait(false) is { IsRunning: true };

    public async Task CollectEvidenceAsync(StartEvidence evidence)
    {
        if (Id.Length > 0 && await ContainerEvidence.CollectAsync(_session!.Engine, Id, evidence, launcher.TimeProvider).ConfigureAwait(false) is { } facts)
        {
            evidence.Container = facts;
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_creation is { } creation)
        {
            await creation.RemoveAsync(spec.StopGracefully, cancellationToken).ConfigureAwait(false);
        }
    }

    private Probe? DefaultProbe(ImageDetails image) => image.HasHealthCheck ? Probe.HealthCheck() : spec.Ports.Count > 0 ? Probe.Tcp() : null;

    private async Task PutFilesAsync(CancellationToken cancellationToken)
    {
        if (spec.Files.Count == 0)
        {
            return;
        }

        var archive = await ContainerFiles.PackAsync(spec.Files, cancellationToken).ConfigureAwait(false);
        await using (archive.ConfigureAwait(false))
        {
            await PutArchiveAsync("/", archive, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the ports that the engine picked.</summary>
    private async Task<ContainerDetails?> InspectAsync(CancellationToken cancellationToken)
    {
        var details = await Containers.InspectAsync(Id, cancellationToken).ConfigureAwait(false);
        _published = details?.Ports ?? _published;
        return details;
    }

    /// <summary>Waits for a probe; an end of the container ends the wait.</summary>
    private async Task WaitAsync(Probe probe, IProbeTarget target, LaunchContext context)
    {
        context.Reporter.Report(service, ServiceStage.Probing, detail: probe.ToString());
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(context.Deadline.Token);
        var ended = FailAtEndAsync(waiting.Token);
        try
        {
            await ReadinessWaiter.WaitAsync(probe, target, ended, context.Deadline, context.Evidence, context.TimeProvider).ConfigureAwait(false);
        }
        finally
        {
            await waiting.CancelAsync().ConfigureAwait(false);
            await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Waits until the container has ended with exit code 0; another one is an error.</summary>
    private async Task WaitForGoodEndAsync(LaunchContext context)
    {
        context.Evidence.WaitingFor = "its container to end by itself";
        context.Reporter.Report(service, ServiceStage.Probing, detail: context.Evidence.WaitingFor);
        try
        {
            await FailAtEndAsync(context.Deadline.Token).ConfigureAwait(false);
        }
        catch (ContainerExitedException e) when (e.ExitCode == 0)
        {
            // From here on its end is no failure.
            _session!.Events.Forget(Id);
            Ended = Never;
        }
    }

    private async Task FailAtEndAsync(CancellationToken cancellationToken)
    {
        await Ended.WaitAsync(cancellationToken).ConfigureAwait(false);
        var details = await InspectAsync(cancellationToken).ConfigureAwait(false);
        throw new ContainerExitedException(details?.ExitCode, details?.OutOfMemory ?? false);
    }
}
