using System.Text.Json;

namespace IntegrationKit.Engine;

/// <summary>The engine's answer to the inspect call of an image, as far as it is used. Any part of it may be missing.</summary>
internal sealed record ImageInspectResponse(string? Id, string? Os, string? Architecture, ImageInspectResponse.ImageConfig? Config)
{
    public ImageDetails ToDetails() => new(
        EngineAnswers.PresentId(Id),
        Os ?? string.Empty,
        Architecture ?? string.Empty,
        [.. Config?.Volumes?.Keys.AsEnumerable() ?? []],
        [.. (Config?.ExposedPorts?.Keys.AsEnumerable() ?? []).Select(TcpPort.Read).OfType<int>()],
        Environment(),
        HasHealthCheck: Config?.Healthcheck?.Test is [var kind, ..] && kind != "NONE");

    private Dictionary<string, string> Environment()
    {
        var environment = new Dictionary<string, string>();
        foreach (var variable in Config?.Env ?? [])
        {
            var parts = variable.Split('=', 2);
            environment[parts[0]] = parts.Length == 2 ? parts[1] : string.Empty;
        }

        return environment;
    }

    internal sealed record ImageConfig(
        List<string>? Env, Dictionary<string, JsonElement>? Volumes, Dictionary<string, JsonElement>? ExposedPorts, ImageHealthCheck? Healthcheck);

    internal sealed record ImageHealthCheck(List<string>? Test);
}
