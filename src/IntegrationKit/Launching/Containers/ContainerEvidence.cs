using IntegrationKit.Diagnostics;
using IntegrationKit.Engine;

namespace IntegrationKit.Launching.Containers;

/// <summary>Looks at a container whose service failed, before it is removed.</summary>
internal static class ContainerEvidence
{
    private const int LogLines = 40;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>What is known of a launch before it begins.</summary>
    public static LaunchFacts Of(ServerSpec spec, ImageDetails image, IContainerEngine engine) => new(
        engine.Endpoint.ToString(), engine.Endpoint.IsLocal, image.Architecture, spec.MemoryLimit, [.. spec.Ports.Select(port => port.HostPort).OfType<int>()])
    {
        EngineIsPodman = engine.IsPodman,
    };

    /// <summary>What could be found out within 5 s; null if the container is gone or the engine does not answer.</summary>
    public static async Task<ContainerFacts?> CollectAsync(IContainerEngine engine, string id, StartEvidence evidence, TimeProvider timeProvider)
    {
        using var limit = new CancellationTokenSource(Limit, timeProvider);
        try
        {
            var details = await engine.Containers.InspectAsync(id, limit.Token).ConfigureAwait(false);
            if (details is null)
            {
                return null;
            }

            if (evidence.Launch is { } launch && !details.IsRunning)
            {
                await AskEngineAsync(engine, launch, details, evidence, limit.Token).ConfigureAwait(false);
            }

            if (evidence.Launch is { EngineIsLocal: true } && details is { IsRunning: true, Ports.Count: > 0 })
            {
                evidence.PortsAreHere = details.Ports.Values.All(LocalPort.IsTaken);
            }

            // A line that is longer than 64 KiB comes as several.
            var lines = new Queue<string>();
            await foreach (var line in engine.Containers.ReadLogsAsync(id, new LogQuery { Tail = LogLines }, limit.Token).ConfigureAwait(false))
            {
                lines.Enqueue(line.Text);
                if (lines.Count > LogLines)
                {
                    lines.Dequeue();
                }
            }

            var ended = !details.IsRunning && details.FinishedAt is not null;
            return new(
                details.Id,
                details.Image,
                details.Status,
                ended ? details.ExitCode : null,
                ended ? details.FinishedAt : null,
                details.OutOfMemory,
                details.Health is "none" or "" ? null : $"{details.Health} {evidence.Redact(details.HealthOutput.Trim())}".TrimEnd(),
                details.Ports,
                [.. lines.Select(evidence.Redact)]);
        }
        catch (Exception e) when (e is EngineException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Finds the engine's architecture and who holds a port, when the engine refused a start or could not run a program.</summary>
    private static async Task AskEngineAsync(
        IContainerEngine engine, LaunchFacts launch, ContainerDetails failed, StartEvidence evidence, CancellationToken cancellationToken)
    {
        try
        {
            evidence.EngineArchitecture = (await engine.GetVersionAsync(cancellationToken).ConfigureAwait(false)).Architecture;
            if (failed.StartedAt is null && launch.HostPorts.Count > 0)
            {
                evidence.PortHolder = await FindContainerAsync(engine, failed.Id, launch.HostPorts, cancellationToken).ConfigureAwait(false)
                    ?? (launch.EngineIsLocal ? launch.HostPorts.Select(ListeningProcess.Find).FirstOrDefault(found => found is not null) : null);
            }
        }
        catch (EngineException)
        {
            // The rules use what is known.
        }
    }

    private static async Task<string?> FindContainerAsync(IContainerEngine engine, string failed, IReadOnlyList<int> hostPorts, CancellationToken cancellationToken)
    {
        foreach (var other in await engine.Containers.ListAsync([], cancellationToken).ConfigureAwait(false))
        {
            if (other.Id != failed && other.Status == "running" &&
                await engine.Containers.InspectAsync(other.Id, cancellationToken).ConfigureAwait(false) is { } details &&
                details.Ports.Values.Intersect(hostPorts).Any())
            {
                return $"another container: '{other.Name}' ({other.Image})";
            }
        }

        return null;
    }
}
