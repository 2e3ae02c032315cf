using System.Net;
using System.Net.Sockets;

namespace IntegrationKit.Engine;

/// <summary>Opens a connection to an engine's endpoint.</summary>
internal static class EngineSocket
{
    public static async Task<Socket> ConnectAsync(EngineEndpoint endpoint, CancellationToken cancellationToken)
    {
        var socket = endpoint.SocketPath is null
            ? new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            EndPoint target = endpoint.SocketPath is { } path
                ? new UnixDomainSocketEndPoint(path)
                : new DnsEndPoint(endpoint.Address.IdnHost, endpoint.Address.Port);
            await socket.ConnectAsync(target, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
