using System.Net;
using System.Net.Sockets;
using System.Text;

namespace IntegrationKit.Tests.HttpMock;

/// <summary>Sends requests as bytes, which HttpClient would change first.</summary>
internal static class RawHttp
{
    public static async Task<string> GetBodyAsync(Uri address, string target) =>
        (await SendAsync(address, $"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).Split("\r\n\r\n", 2)[1];

    public static Task<string> SendAsync(Uri address, string request) => SendAsync(address, request, closes: false);

    /// <summary>Sends nothing more, so that what is missing never comes.</summary>
    public static Task<string> SendAndCloseAsync(Uri address, string request) => SendAsync(address, request, closes: true);

    private static async Task<string> SendAsync(Uri address, string request, bool closes)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, address.Port, TestContext.Current.CancellationToken);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        if (closes)
        {
            socket.Client.Shutdown(SocketShutdown.Send);
        }

        return await ReadAsync(stream);
    }

    /// <summary>A server that refuses a request resets the connection where it has not read all of it.</summary>
    private static async Task<string> ReadAsync(NetworkStream stream)
    {
        var (answer, buffer) = (new StringBuilder(), new byte[4096]);
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken)) > 0)
            {
                answer.Append(Encoding.UTF8.GetString(buffer, 0, count));
            }
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
        }

        return answer.ToString();
    }
}
