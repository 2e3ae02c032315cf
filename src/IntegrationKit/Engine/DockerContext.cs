using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace IntegrationKit.Engine;

/// <summary>Finds the endpoint that a context of the Docker CLI names, in the CLI's files.</summary>
internal static class DockerContext
{
    private const string DefaultName = "default";

    /// <summary>
    /// The endpoint of the context that somebody chose, with an obstacle where it cannot be used; null if nobody chose one. What
    /// was chosen is not replaced by another engine.
    /// </summary>
    /// <param name="configFolder">The CLI's folder, for example <c>~/.docker</c>.</param>
    /// <param name="chosen">The name in <c>DOCKER_CONTEXT</c>, which wins over the one of <c>docker context use</c>; null if it is not set.</param>
    public static EndpointCandidate? Chosen(string configFolder, string? chosen)
    {
        var file = Path.Combine(configFolder, "config.json");
        try
        {
            return (chosen ?? CurrentIn(file)) switch
            {
                null => null,
                DefaultName => new(EndpointDiscovery.DefaultAddress, $"docker context {DefaultName}"),
                var name => Find(configFolder, name, chosen is null ? file : "DOCKER_CONTEXT"),
            };
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            return new(file, "the current docker context", $"its name cannot be read ({unreadable.Message}): correct the file, or set DOCKER_CONTEXT or DOCKER_HOST");
        }
    }

    private static EndpointCandidate Find(string configFolder, string name, string source)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
        var context = $"docker context {name}";
        var meta = Path.Combine(configFolder, "contexts", "meta", id, "meta.json");
        if (!File.Exists(meta))
        {
            return new(context, source, $"there is no such context in {configFolder}: 'docker context ls' shows those that there are");
        }

        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(meta));
            var endpoint = Member(Member(json.RootElement, "Endpoints"), "docker");
            if (Text(Member(endpoint, "Host")) is not { } address)
            {
                return new(context, source, $"it names no engine: {meta}");
            }

            var isTls = Member(endpoint, "SkipTLSVerify") is { ValueKind: JsonValueKind.True } || Directory.Exists(Path.Combine(configFolder, "contexts", "tls", id, "docker"));
            return new(address, context, isTls && !EndpointDiscovery.IsSocket(address) ? $"the context has TLS data, and {EndpointDiscovery.NoTls}" : null);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            return new(context, source, $"{meta} cannot be read ({unreadable.Message})");
        }
    }

    private static string? CurrentIn(string file)
    {
        // An empty file is nobody's choice, as for the CLI.
        if (!File.Exists(file) || File.ReadAllBytes(file) is not { Length: > 0 } content)
        {
            return null;
        }

        using var json = JsonDocument.Parse(content);
        if (json.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("it holds no object");
        }

        return Member(json.RootElement, "currentContext") is not { } current ? null
            : current.ValueKind == JsonValueKind.String ? Text(current)
            : throw new JsonException("its currentContext is not a text");
    }

    private static JsonElement? Member(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } owner && owner.TryGetProperty(name, out var member) ? member : null;

    private static string? Text(JsonElement? json) => json is { ValueKind: JsonValueKind.String } text && text.GetString() is { Length: > 0 } value ? value : null;
}
