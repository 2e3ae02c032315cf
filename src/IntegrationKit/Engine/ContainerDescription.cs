using System.Globalization;
using System.Text.Json;
using Docker.DotNet.Models;

namespace IntegrationKit.Engine;

/// <summary>Reads what the engine says of containers. Nothing in an answer is taken for granted.</summary>
internal static class ContainerDescription
{
    public static ContainerDetails Of(ContainerInspectResponse container)
    {
        if (container.State is not { } state)
        {
            throw new JsonException("the answer has no State");
        }

        return new ContainerDetails(
            container.ID,
            container.Config?.Image ?? container.Image,
            state.Status,
            (int)state.ExitCode,
            state.OOMKilled,
            state.Error,
            Moment(state.StartedAt),
            Moment(state.FinishedAt),
            state.Health is { Status.Length: > 0 } health ? health.Status : "none",
            state.Health?.Log is [.., var last] ? last.Output : string.Empty,
            Ports(container.NetworkSettings?.Ports),
            (container.NetworkSettings?.Networks ?? new Dictionary<string, EndpointSettings>())
                .ToDictionary(network => network.Key, network => network.Value?.IPAddress ?? string.Empty),
            container.Config?.Tty == true);
    }

    public static ContainerSummary Of(ContainerListResponse container) => new(
        container.ID,
        container.Names is [var name, ..] ? name.TrimStart('/') : string.Empty,
        container.Image,
        container.State,
        EngineFilters.Labels(container.Labels));

    private static Dictionary<int, int> Ports(IDictionary<string, IList<PortBinding>>? published)
    {
        var ports = new Dictionary<int, int>();
        foreach (var (key, bindings) in published ?? new Dictionary<string, IList<PortBinding>>())
        {
            // A port published on all addresses has a second binding, for IPv6, that can have another number.
            var binding = bindings?.FirstOrDefault(candidate => candidate.HostIP?.Contains(':') != true) ?? bindings?.FirstOrDefault();
            if (TcpPort.Read(key) is { } inside &&
                int.TryParse(binding?.HostPort, NumberStyles.None, CultureInfo.InvariantCulture, out var outside))
            {
                ports[inside] = outside;
            }
        }

        return ports;
    }

    // The engine writes the year 1 for what never happened.
    private static DateTimeOffset? Moment(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) && moment.Year > 1
            ? moment
            : null;
}
