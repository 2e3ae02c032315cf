using IntegrationKit.Engine;
using IntegrationKit.Ownership;

namespace IntegrationKit.Launching;

/// <summary>Turns what a service wants into what the engine is asked for.</summary>
internal static class ContainerSpecs
{
    private const string Loopback = "127.0.0.1";
    private const string AllInterfaces = "0.0.0.0";

    public static ContainerSpec From(
        LaunchSpec spec, ImageDetails image, LauncherOptions options, NetworkLease? network, EngineEndpoint endpoint, DateTimeOffset now)
    {
        var labels = new Dictionary<string, string>(spec.Labels, StringComparer.Ordinal);
        foreach (var (key, value) in ResourceLabels.LabelsFor(spec.Service, now))
        {
            labels[key] = value;
        }

        // As docker run has it: /path:size=64m,mode=700.
        var tmpfs = spec.Tmpfs.Select(entry => entry.Split(':', 2)).ToDictionary(parts => parts[0], parts => parts.ElementAtOrDefault(1) ?? string.Empty, StringComparer.Ordinal);
        foreach (var volume in spec.VolumesInMemory ? image.Volumes : [])
        {
            tmpfs.TryAdd(volume, string.Empty);
        }

        if (!endpoint.IsLocal && spec.Ports.Count > 0 && !options.PublishPortsOnAllInterfaces)
        {
            throw new IntegrationKitException(
                $"The engine at {endpoint} is on another machine, whose 127.0.0.1 is out of reach, and ports are not opened to a network unasked. " +
                "Use an engine on this machine, or set TestInfrastructureOptions.PublishPortsOnAllInterfaces where that network is trusted.");
        }

        var address = options.PublishPortsOnAllInterfaces ? AllInterfaces : Loopback;
        return new()
        {
            Image = options.Qualify(spec.Image),
            Entrypoint = spec.Entrypoint,
            Command = spec.Command,
            Environment = spec.Environment,
            Labels = labels,
            Ports = [.. spec.Ports.Select(port => new PortPublication(port.ContainerPort, address, port.HostPort))],
            Tmpfs = tmpfs,
            MemoryBytes = spec.MemoryLimit,
            Network = network?.Name,
            NetworkAliases = spec.NetworkAliases ?? [],
        };
    }
}
