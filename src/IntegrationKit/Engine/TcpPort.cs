using System.Globalization;

namespace IntegrationKit.Engine;

/// <summary>A TCP port as the engine writes it: <c>5432/tcp</c>.</summary>
internal static class TcpPort
{
    public static string Write(int port) => string.Create(CultureInfo.InvariantCulture, $"{port}/tcp");

    /// <summary>Null for a port of another protocol.</summary>
    public static int? Read(string key)
    {
        var parts = key.Split('/');
        var tcp = parts.Length == 1 || parts[1] == "tcp";
        return tcp && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;
    }
}
