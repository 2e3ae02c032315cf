using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace IntegrationKit.Engine;

/// <summary>Finds the endpoint that <c>docker context use</c> chose, in the files of the Docker CLI.</summary>
internal static class DockerContext
{
    private const string DefaultName = "default";

    /// <summary>Null where no context but the default one is chosen, or where its files cannot be read.</summary>
    public static EndpointCandidate? Current(string configFolder, string? chosen)
    {
        try
        {
            var name = chosen ?? Read(Path.Combine(configFolder, "config.json"), "currentContext");
            if (name is null or DefaultName)
            {
                return null;
            }

            var folder = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
            var address = Read(Path.Combine(configFolder, "contexts", "meta", folder, "meta.json"), "Endpoints", "docker", "Host");
            return address is null ? null : new EndpointCandidate(address, $"docker context {name}");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static string? Read(string file, params ReadOnlySpan<string> members)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        var element = json.RootElement;
        foreach (var member in members)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(member, out element))
            {
                return null;
            }
        }

        return element.ValueKind == JsonValueKind.String && element.GetString() is { Length: > 0 } text ? text : null;
    }
}
