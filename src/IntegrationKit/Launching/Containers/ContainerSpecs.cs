using IntegrationKit.Engine;
using IntegrationKit.Ownership;

namespace IntegrationKit.Launching.Containers;

/// <summary>Turns the description of a server into what the engine is asked for.</summary>
internal static class ContainerSpecs
{
    private const string Loopback = "127.0.0.1";
    private const string AllInterfaces = "0.0.0.0";

    /// <summary>What an engine cannot do of a description, a sentence each.</summary>
    public static IEnumerable<string> FindProblems(ServerSpec spec, LauncherOptions options, EngineEndpoint endpoint)
    {
        if (!endpoint.IsLocal && spec.Ports.Count > 0 && !options.PublishPortsOnAllInterfaces)
        {
            yield return $"The engine at {endpoint} is on another machine, whose 127.0.0.1 cannot be reached, and ports are opened to a network only on request. " +
                "Use an engine on this machine, or set TestInfrastructureOptions.PublishPortsOnAllInterfaces if that network is trusted.";
        }
    }

    public static ContainerSpec From(
        string service, ServerSpec spec, ImageDetails image, LauncherOptions options, string? network, IReadOnlyList<string> aliases, DateTimeOffset now)
    {
        var labels = new Dictionary<string, string>(spec.Labels, StringComparer.Ordinal);
        foreach (var (key, value) in ResourceLabels.LabelsFor(service, now))
        {
            labels[key] = value;
        }

        // In the form of docker run: /path:size=64m,mode=700.
        var tmpfs = spec.Tmpfs.Select(entry => entry.Split(':', 2)).ToDictionary(parts => parts[0], parts => parts.ElementAtOrDefault(1) ?? string.Empty, StringComparer.Ordinal);
        foreach (var volume in spec.VolumesInMemory ? image.Volumes : [])
        {
            tmpfs.TryAdd(volume, string.Empty);
        }

        var address = options.PublishPortsOnAllInterfaces ? AllInterfaces : Loopback;
        return new()
        {
            Name = ResourceNames.For(service),
            Image = options.Qualify(spec.Image),
            Entrypoint = spec.Entrypoint,
            Command = spec.Command,
            Environment = spec.Environment,
            Labels = labels,
            Ports = [.. spec.Ports.Select(port => new PortPublication(port.ContainerPort, address, port.HostPort))],
            Tmpfs = tmpfs,
            MemoryBytes = spec.MemoryLimit,
            SharedMemoryBytes = spec.SharedMemory,
            Network = network,
            NetworkAliases = aliases,
        };
    }
}
