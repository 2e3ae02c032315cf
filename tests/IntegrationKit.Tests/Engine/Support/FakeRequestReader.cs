using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace IntegrationKit.Tests.Engine.Support;

/// <summary>Reads HTTP/1.1 requests from a socket.</summary>
internal sealed class FakeRequestReader(Socket socket, CancellationToken stopping)
{
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    /// <summary>Null where the client closed the connection.</summary>
    public async Task<FakeRequest?> ReadHeadAsync()
    {
        var head = new StringBuilder();
        while (await ReadLineAsync() is { } line)
        {
            if (line.Length == 0)
            {
                return FakeRequest.Parse(head.ToString());
            }

            head.Append(line).Append("\r\n");
        }

        return null;
    }

    public async Task<byte[]> ReadBodyAsync(FakeRequest request)
    {
        var body = new MemoryStream();
        if (request.Headers.GetValueOrDefault("transfer-encoding") == "chunked")
        {
            int size;
            do
            {
                size = int.Parse(await ReadLineAsync() ?? "0", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                await CopyAsync(body, size);
                await ReadLineAsync();
            }
            while (size > 0);
        }
        else if (request.Headers.TryGetValue("content-length", out var length))
        {
            await CopyAsync(body, int.Parse(length, CultureInfo.InvariantCulture));
        }

        return body.ToArray();
    }

    private async Task CopyAsync(MemoryStream target, int count)
    {
        for (; count > 0 && await NextAsync() is { } next; count--)
        {
            target.WriteByte(next);
        }
    }

    private async Task<string?> ReadLineAsync()
    {
        var line = new StringBuilder();
        while (await NextAsync() is { } next)
        {
            if (next == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)next);
        }

        return null;
    }

    private async ValueTask<byte?> NextAsync()
    {
        if (_start == _end)
        {
            (_start, _end) = (0, await socket.ReceiveAsync(_buffer, stopping));
            if (_end == 0)
            {
                return null;
            }
        }

        return _buffer[_start++];
    }
}
