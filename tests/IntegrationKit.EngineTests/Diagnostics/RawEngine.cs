using System.Net.Sockets;
using System.Text.Json.Nodes;
using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Diagnostics;

/// <summary>The engine's API by plain HTTP: what the library itself neither asks nor shows.</summary>
internal static class RawEngine
{
    public static HttpClient Open()
    {
        var path = Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } host ? new Uri(host).AbsolutePath : "/var/run/docker.sock";
        return new(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        {
            BaseAddress = new Uri("http://localhost/"),
        };
    }

    /// <summary>All that the engine's inspect call says of a container.</summary>
    public static async Task<JsonNode> InspectAsync(string id)
    {
        using var engine = Open();
        return JsonNode.Parse(await engine.GetStringAsync($"containers/{id}/json", Kit.Cancellation))!;
    }
}
