using System.Globalization;
using System.Text.Json;
using IntegrationKit.Diagnostics;

namespace IntegrationKit.Engine;

/// <summary>The engine's answer to the inspect call of a container, as far as it is used. Any part of it may be missing.</summary>
internal sealed record ContainerInspectResponse(
    string? Id, string? Image, ContainerInspectResponse.ContainerConfig? Config, ContainerInspectResponse.ContainerState? State, ContainerInspectResponse.ContainerNetworks? NetworkSettings)
{
    // Docker's own limit.
    private const int LongestHealthOutput = 4096;

    public ContainerDetails ToDetails()
    {
        var state = State ?? throw new JsonException("the answer has no State");
        return new ContainerDetails(
            EngineAnswers.PresentId(Id),
            Config?.Image ?? Image ?? string.Empty,
            state.Status ?? string.Empty,
            state.ExitCode,
            state.OOMKilled,
            state.Error ?? string.Empty,
            Moment(state.StartedAt),
            Moment(state.FinishedAt),
            state.Health is { Status.Length: > 0 } health ? health.Status : "none",
            state.Health?.Log is [.., var last] ? Text.Cut(last?.Output ?? string.Empty, LongestHealthOutput) : string.Empty,
            Ports(),
            NetworkSettings?.Networks?.ToDictionary(network => network.Key, network => network.Value?.IPAddress ?? string.Empty) ?? [],
            Config?.Tty == true)
        {
            Labels = Config?.Labels ?? [],
            Environment = Config?.Env ?? [],
        };
    }

    private Dictionary<int, int> Ports()
    {
        var ports = new Dictionary<int, int>();
        foreach (var (key, bindings) in NetworkSettings?.Ports ?? [])
        {
            // A port published on all addresses has a second binding, for IPv6, that can have another number.
            var binding = bindings?.Find(candidate => candidate.HostIp?.Contains(':') != true) ?? bindings?.FirstOrDefault();
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

    internal sealed record ContainerConfig(string? Image, bool Tty, Dictionary<string, string>? Labels, List<string>? Env);

    internal sealed record ContainerState(
        string? Status, int ExitCode, bool OOMKilled, string? Error, string? StartedAt, string? FinishedAt, ContainerHealth? Health);

    internal sealed record ContainerHealth(string? Status, List<HealthResult?>? Log);

    internal sealed record HealthResult(string? Output);

    internal sealed record ContainerNetworks(Dictionary<string, List<PortBinding>?>? Ports, Dictionary<string, NetworkEndpoint?>? Networks);

    internal sealed record NetworkEndpoint(string? IPAddress);
}
