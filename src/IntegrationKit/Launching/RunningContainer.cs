using IntegrationKit.Engine;

namespace IntegrationKit.Launching;

/// <summary>A container that this process made and has to remove.</summary>
internal sealed class RunningContainer(string service, string id, EngineSession session, LaunchSpec spec) : IProbeTarget
{
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(10);

    private IReadOnlyDictionary<int, int> _published = new Dictionary<int, int>();

    public IContainerEngine Engine => session.Engine;

    public string Name => service;

    public string Id => id;

    /// <summary>By which the engine's name server knows it on every network that it was connected to.</summary>
    public string ShortId => id[..12];

    public IReadOnlyList<int> Ports { get; } = [.. spec.Ports.Select(port => port.ContainerPort)];

    public Task Ended { get; } = session.Events.Ended(id);

    public ServiceEndpoint Endpoint(int port) => _published.TryGetValue(port, out var hostPort)
        ? new(session.Engine.Endpoint.PublishedHost, hostPort)
        : throw new InvalidOperationException(Ports.Count == 0
            ? $"Port {port} of service '{service}' is not published; it publishes none. Add it to Ports."
            : $"Port {port} of service '{service}' is not published; it publishes {string.Join(", ", Ports)}. Add it to Ports.");

    public IAsyncEnumerable<LogLine> FollowLogAsync(CancellationToken cancellationToken) =>
        session.Engine.Containers.ReadLogsAsync(id, new LogQuery { Follow = true }, cancellationToken);

    public IAsyncEnumerable<LogLine> ReadLogAsync(int? tail, CancellationToken cancellationToken) =>
        session.Engine.Containers.ReadLogsAsync(id, new LogQuery { Tail = tail }, cancellationToken);

    public IAsyncEnumerable<LogLine> ReadLogAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        session.Engine.Containers.ReadLogsAsync(id, new LogQuery { Since = since }, cancellationToken);

    /// <summary>How it ended, as a sentence; null while it runs. While it runs that costs no call.</summary>
    public async Task<string?> FindEndAsync(CancellationToken cancellationToken)
    {
        if (!Ended.IsCompleted)
        {
            return null;
        }

        var details = await session.Engine.Containers.InspectAsync(id, cancellationToken).ConfigureAwait(false);
        return details switch
        {
            null => "Its container is gone: somebody has removed it.",
            { OutOfMemory: true } => "Its container was killed: out of memory.",
            _ => $"Its container has ended with exit code {details.ExitCode}.",
        };
    }

    public Task<CommandResult> ExecAsync(IReadOnlyList<string> command, CancellationToken cancellationToken) =>
        ExecAsync(new ExecSpec(command), cancellationToken);

    public Task<CommandResult> ExecAsync(ExecSpec command, CancellationToken cancellationToken) =>
        session.Engine.Containers.ExecAsync(id, command, cancellationToken);

    public Task PutArchiveAsync(string path, Stream tar, CancellationToken cancellationToken) =>
        session.Engine.Containers.PutArchiveAsync(id, path, tar, cancellationToken);

    public async Task<HealthReport> GetHealthAsync(CancellationToken cancellationToken)
    {
        var details = await session.Engine.Containers.InspectAsync(id, cancellationToken).ConfigureAwait(false);
        return new(details?.Health ?? "none", details?.HealthOutput ?? string.Empty);
    }

    public async Task<bool> IsRunningAsync(CancellationToken cancellationToken) =>
        !Ended.IsCompleted && await session.Engine.Containers.InspectAsync(id, cancellationToken).ConfigureAwait(false) is { IsRunning: true };

    /// <summary>Learns the ports that the engine picked.</summary>
    public async Task<ContainerDetails?> InspectAsync(CancellationToken cancellationToken)
    {
        var details = await session.Engine.Containers.InspectAsync(id, cancellationToken).ConfigureAwait(false);
        _published = details?.Ports ?? _published;
        return details;
    }

    /// <summary>Removes it: killed at once, or asked to stop first.</summary>
    public async Task RemoveAsync(bool gracefully, CancellationToken cancellationToken)
    {
        session.Events.Forget(id);
        if (gracefully)
        {
            await session.Engine.Containers.StopAsync(id, StopGrace, cancellationToken).ConfigureAwait(false);
        }

        await session.Engine.Containers.RemoveAsync(id, cancellationToken).ConfigureAwait(false);
        session.Guard.Ledger.Remove(id);
    }
}
