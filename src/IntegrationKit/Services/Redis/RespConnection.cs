using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace IntegrationKit.Services.Redis;

/// <summary>
/// The few words of Redis' protocol (RESP 2) that a probe and a reset need. A multiplexer would cost the start more than
/// the probe does.
/// </summary>
internal sealed class RespConnection : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly StreamReader _reader;

    private RespConnection(Socket socket)
    {
        _socket = socket;
        _stream = new(socket, ownsSocket: true);
        _reader = new(_stream, Encoding.UTF8);
    }

    /// <summary>Connects and logs in.</summary>
    /// <exception cref="SocketException">Nothing listens.</exception>
    /// <exception cref="IOException">The server refused, or is no Redis.</exception>
    public static async Task<RespConnection> OpenAsync(ServiceEndpoint endpoint, string password, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, cancellationToken).ConfigureAwait(false);
            var connection = new RespConnection(socket);
            await connection.SendAsync(cancellationToken, "AUTH", password).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a command that is answered with a simple string, and returns that.</summary>
    /// <exception cref="IOException">The answer is an error, none, or no simple string.</exception>
    public async Task<string> SendAsync(CancellationToken cancellationToken, params string[] words)
    {
        var command = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
        foreach (var word in words)
        {
            command.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        }

        await _stream.WriteAsync(Encoding.UTF8.GetBytes(command.ToString()), cancellationToken).ConfigureAwait(false);
        var answer = await _reader.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        return answer switch
        {
            ['+', .. var text] => text,
            ['-', .. var error] => throw new IOException($"Redis refused {words[0]}: {error}"),
            null => throw new IOException("the connection was closed before an answer"),
            _ => throw new IOException($"the answer to {words[0]} is not Redis': {answer[..Math.Min(40, answer.Length)]}"),
        };
    }

    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        await _stream.DisposeAsync().ConfigureAwait(false);
        _socket.Dispose();
    }
}
