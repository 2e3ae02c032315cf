using System.Globalization;

namespace IntegrationKit.Engine;

/// <summary>The body of the engine's create call for a <see cref="ContainerSpec"/>. What is null is not sent: the image decides then.</summary>
internal sealed record ContainerRequest(
    string Image,
    IReadOnlyList<string>? Entrypoint,
    IReadOnlyList<string>? Cmd,
    IEnumerable<string> Env,
    IReadOnlyDictionary<string, string> Labels,
    bool Tty,
    int? StopTimeout,
    IReadOnlyDictionary<string, EmptyObject> ExposedPorts,
    HostRequest HostConfig,
    NetworkingRequest? NetworkingConfig)
{
    public static ContainerRequest From(ContainerSpec spec, bool isPodman) => new(
        spec.Image,
        spec.Entrypoint,
        spec.Command,
        [.. spec.Environment.Select(variable => $"{variable.Key}={variable.Value}")],
        spec.Labels,
        spec.Tty,

        // Podman waits so long also where a removal is forced. Docker does not, and gives containers that time when it is shut down.
        isPodman ? 0 : null,
        spec.Ports.Select(port => TcpPort.Write(port.ContainerPort)).Distinct().ToDictionary(port => port, _ => new EmptyObject()),
        new HostRequest(
            spec.Ports.GroupBy(port => TcpPort.Write(port.ContainerPort))
                .ToDictionary(group => group.Key, group => group.Select(PortBinding.From).ToList()),
            spec.Tmpfs,
            spec.Network,
            spec.NoNewPrivileges ? ["no-new-privileges=true"] : null,
            spec.MemoryBytes,
            spec.SharedMemoryBytes),
        spec.Network is null ? null : new NetworkingRequest(new Dictionary<string, EndpointRequest> { [spec.Network] = new(spec.NetworkAliases) }));
}

internal sealed record EmptyObject;

internal sealed record HostRequest(
    IReadOnlyDictionary<string, List<PortBinding>> PortBindings,
    IReadOnlyDictionary<string, string> Tmpfs,
    string? NetworkMode,
    IReadOnlyList<string>? SecurityOpt,
    long? Memory,
    long? ShmSize);

internal sealed record NetworkingRequest(IReadOnlyDictionary<string, EndpointRequest> EndpointsConfig);

internal sealed record EndpointRequest(IReadOnlyList<string> Aliases);

/// <summary>Both in a create request and in an inspection.</summary>
internal sealed record PortBinding(string? HostIp, string? HostPort)
{
    public static PortBinding From(PortPublication port) =>
        new(port.HostAddress, port.HostPort?.ToString(CultureInfo.InvariantCulture) ?? string.Empty);
}
