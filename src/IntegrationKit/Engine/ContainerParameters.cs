using System.Globalization;
using Docker.DotNet.Models;

namespace IntegrationKit.Engine;

/// <summary>Puts a <see cref="ContainerSpec"/> into the words of the engine's create call.</summary>
internal static class ContainerParameters
{
    public static CreateContainerParameters From(ContainerSpec spec) => new()
    {
        Image = spec.Image,
        Name = spec.Name,
        Entrypoint = spec.Entrypoint?.ToList()!,
        Cmd = spec.Command?.ToList()!,
        Env = [.. spec.Environment.Select(variable => $"{variable.Key}={variable.Value}")],
        Labels = new Dictionary<string, string>(spec.Labels),
        Tty = spec.Tty,
        ExposedPorts = spec.Ports.Select(port => TcpPort.Write(port.ContainerPort)).Distinct().ToDictionary(port => port, _ => default(EmptyStruct)),
        Healthcheck = spec.HealthCheck is { } check ? From(check) : null,
        HostConfig = new HostConfig
        {
            PortBindings = spec.Ports
                .GroupBy(port => TcpPort.Write(port.ContainerPort))
                .ToDictionary(group => group.Key, group => (IList<PortBinding>)[.. group.Select(From)]),
            Tmpfs = new Dictionary<string, string>(spec.Tmpfs),
            NetworkMode = spec.Network ?? string.Empty,
            SecurityOpt = spec.NoNewPrivileges ? ["no-new-privileges:true"] : [],
            Memory = spec.MemoryBytes ?? 0,
        },
        NetworkingConfig = spec.Network is null ? null : new NetworkingConfig
        {
            EndpointsConfig = new Dictionary<string, EndpointSettings>
            {
                [spec.Network] = new() { Aliases = [.. spec.NetworkAliases] },
            },
        },
    };

    private static PortBinding From(PortPublication port) => new()
    {
        HostIP = port.HostAddress,
        HostPort = port.HostPort?.ToString(CultureInfo.InvariantCulture) ?? string.Empty,
    };

    private static HealthcheckConfig From(HealthCheckSpec check) => new()
    {
        Test = ["CMD", .. check.Command],
        Interval = check.Interval,
        Timeout = check.Timeout,
        Retries = check.Retries,
    };
}
