using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace IntegrationKit.Sharing;

/// <summary>What makes two servers equal: the type of their service, where they run, and how they are described.</summary>
internal static class ServerKey
{
    public static string Of(Type service, IReadOnlyList<string?> place, ServerSpec spec)
    {
        string?[][] settings =
        [
            [service.FullName, service.Assembly.GetName().Name],
            [.. place],
            spec.Entrypoint is { } entrypoint ? [.. entrypoint] : [null],
            spec.Command is { } command ? [.. command] : [null],
            Sorted(spec.Environment),
            Sorted(spec.Files),
            Sorted(spec.Labels),
            [.. spec.Ports.SelectMany(port => new[] { $"{port.ContainerPort}", port.HostPort is { } host ? $"{host}" : null })],
            [.. spec.Tmpfs],
            [spec.VolumesInMemory ? "in memory" : null, spec.MemoryLimit is { } limit ? $"{limit}" : null, spec.SharedMemory is { } shared ? $"{shared}" : null, spec.StopGracefully ? "gracefully" : null, spec.EndsByItself ? "ends" : null],
        ];
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(settings))));
    }

    private static string?[] Sorted(IReadOnlyDictionary<string, string> settings) =>
        [.. settings.OrderBy(each => each.Key, StringComparer.Ordinal).SelectMany(each => new[] { each.Key, each.Value })];
}
