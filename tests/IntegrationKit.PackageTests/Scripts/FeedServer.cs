using System.Net;
using System.Net.Sockets;
using System.Text;

namespace IntegrationKit.PackageTests.Scripts;

/// <summary>A server whose one answer is that of a feed's index, or of something else.</summary>
internal sealed class FeedServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public FeedServer(HttpStatusCode status, string body)
    {
        _listener.Start();
        Index = $"http://{_listener.LocalEndpoint}/index.json";
        var answer = Encoding.UTF8.GetBytes($"HTTP/1.1 {(int)status} {status}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");
        _ = AnswerAsync(answer);
    }

    public string Index { get; }

    public void Dispose() => _listener.Dispose();

    private async Task AnswerAsync(byte[] answer)
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                var stream = client.GetStream();
                _ = await stream.ReadAsync(new byte[4096]);
                await stream.WriteAsync(answer);
                client.Client.Shutdown(SocketShutdown.Send);
                _ = await stream.ReadAsync(new byte[1]);
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }
}
