using System.Net;
using System.Net.Sockets;
using System.Text;

namespace IntegrationKit.Tests.HttpMock;

/// <summary>Sends requests as bytes, which HttpClient would change first.</summary>
internal static class RawHttp
{
    public static async Task<string> GetBodyAsync(Uri address, string target) =>
        (await SendAsync(address, $"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).Split("\r\n\r\n", 2)[1];

    public static async Task<string> SendAsync(Uri address, string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, address.Port, TestContext.Current.CancellationToken);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
