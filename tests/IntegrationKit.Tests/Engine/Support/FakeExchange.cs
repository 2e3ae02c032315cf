using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace IntegrationKit.Tests.Engine.Support;

/// <summary>One request on a connection to the fake engine, and ways to answer it, also wrongly.</summary>
internal sealed class FakeExchange(Socket socket, FakeRequest request, bool byByte, CancellationToken stopping)
{
    private readonly byte[] _one = new byte[1];

    public FakeRequest Request => request;

    public bool IsCut { get; private set; }

    /// <summary>Sends bytes as they are; nothing is added.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        for (var sent = 0; sent < bytes.Length;)
        {
            var part = byByte ? bytes.Slice(sent, 1) : bytes[sent..];
            sent += await socket.SendAsync(part, stopping);
            if (byByte)
            {
                await Task.Yield();
            }
        }
    }

    public Task WriteAsync(string text) => WriteAsync(Encoding.UTF8.GetBytes(text));

    public Task HeadAsync(int status, params string[] headers) =>
        WriteAsync($"HTTP/1.1 {status} Whatever\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n");

    public async Task AnswerAsync(int status, string body, string contentType = "application/json")
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        await HeadAsync(status, $"Content-Type: {contentType}", $"Content-Length: {bytes.Length}");
        await WriteAsync(bytes);
    }

    public Task BeginChunksAsync(string contentType = "application/json") =>
        HeadAsync(200, $"Content-Type: {contentType}", "Transfer-Encoding: chunked");

    public async Task ChunkAsync(ReadOnlyMemory<byte> bytes)
    {
        await WriteAsync(bytes.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n");
        await WriteAsync(bytes);
        await WriteAsync("\r\n");
    }

    public Task ChunkAsync(string text) => ChunkAsync(Encoding.UTF8.GetBytes(text));

    public Task EndChunksAsync() => WriteAsync("0\r\n\r\n");

    /// <summary>Closes the connection, with whatever has been written so far.</summary>
    public void Cut()
    {
        IsCut = true;
        socket.Shutdown(SocketShutdown.Both);
    }

    /// <summary>Sends nothing more, and waits until the client closes the connection.</summary>
    public async Task ClientLeavesAsync()
    {
        IsCut = true;
        try
        {
            while (await socket.ReceiveAsync(_one, stopping) > 0)
            {
            }
        }
        catch (SocketException)
        {
        }
    }
}
