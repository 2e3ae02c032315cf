using System.Net;
using System.Net.Sockets;

namespace IntegrationKit.Diagnostics;

/// <summary>A TCP port of this machine's 127.0.0.1.</summary>
internal static class LocalPort
{
    /// <summary>Whether somebody holds it, also without listening on it.</summary>
    public static bool IsTaken(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
