using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace IntegrationKit.Services.Redis;

/// <summary>
/// The few commands of Redis' protocol (RESP 2) that a probe, a reset and a baseline need. A multiplexer would cost the start
/// more than the probe does. Their words and the answers are strings of bytes: one character, from 0 to 255, stands for one byte.
/// </summary>
internal sealed class RespConnection : IAsyncDisposable
{
    // A value can have 512 MB; a baseline of that size is a mistake.
    private const int LongestAnswer = 64 * 1024 * 1024;

    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly StreamReader _reader;

    private RespConnection(Socket socket)
    {
        _socket = socket;
        _stream = new(socket, ownsSocket: true);
        _reader = new(_stream, Encoding.Latin1);
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
            await connection.SendAsync(cancellationToken, "AUTH", Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(password))).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a command and returns its answer: a text, a number in digits, or null for none.</summary>
    /// <exception cref="IOException">The answer is an error, none, or neither text nor number.</exception>
    public async Task<string?> SendAsync(CancellationToken cancellationToken, params string[] words) =>
        (await SendAllAsync([words], cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Sends commands in one go, and returns their answers in the same order.</summary>
    /// <exception cref="IOException">An answer is an error, none, or neither text nor number.</exception>
    public async Task<string?[]> SendAllAsync(IReadOnlyList<string[]> commands, CancellationToken cancellationToken)
    {
        var request = new StringBuilder();
        foreach (var words in commands)
        {
            request.Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
            foreach (var word in words)
            {
                request.Append(CultureInfo.InvariantCulture, $"${word.Length}\r\n").Append(word).Append("\r\n");
            }
        }

        // Sends and reads at once: a server whose answers nobody reads stops reading too.
        var sending = _stream.WriteAsync(Encoding.Latin1.GetBytes(request.ToString()), cancellationToken).AsTask();
        var answers = new string?[commands.Count];
        for (var i = 0; i < answers.Length; i++)
        {
            answers[i] = await ReadAsync(commands[i], cancellationToken).ConfigureAwait(false);
        }

        await sending.ConfigureAwait(false);
        return answers;
    }

    /// <summary>Goes through all keys of the selected database.</summary>
    public async Task<IReadOnlyList<string>> KeysAsync(CancellationToken cancellationToken)
    {
        // In one piece, since nobody else writes while a baseline is taken; a script joins the array of keys into one text.
        const string Script = "local k = redis.call('KEYS', '*') for i, v in ipairs(k) do k[i] = #v .. ':' .. v end return table.concat(k)";
        var joined = await SendAsync(cancellationToken, "EVAL", Script, "0").ConfigureAwait(false) ?? string.Empty;
        var keys = new List<string>();
        for (var at = 0; at < joined.Length;)
        {
            var colon = joined.IndexOf(':', at);
            var length = int.Parse(joined.AsSpan(at, colon - at), CultureInfo.InvariantCulture);
            keys.Add(joined.Substring(colon + 1, length));
            at = colon + 1 + length;
        }

        return keys;
    }

    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        await _stream.DisposeAsync().ConfigureAwait(false);
        _socket.Dispose();
    }

    private async Task<string?> ReadAsync(string[] words, CancellationToken cancellationToken)
    {
        var answer = await _reader.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        return answer switch
        {
            ['+' or ':', .. var text] => text,
            ['-', .. var error] => throw new IOException($"Redis refused {words[0]}: {error}"),
            "$-1" => null,
            ['$', .. var length] when int.TryParse(length, CultureInfo.InvariantCulture, out var bytes) && bytes is >= 0 and <= LongestAnswer =>
                await ReadBulkAsync(bytes, cancellationToken).ConfigureAwait(false),
            null => throw new IOException("the connection was closed before an answer"),
            _ => throw new IOException($"the answer to {words[0]} is not Redis': {answer[..Math.Min(40, answer.Length)]}"),
        };
    }

    private async Task<string> ReadBulkAsync(int length, CancellationToken cancellationToken)
    {
        var buffer = new char[length + 2];
        var read = await _reader.ReadBlockAsync(buffer, cancellationToken).ConfigureAwait(false);
        return read == buffer.Length ? new(buffer, 0, length) : throw new IOException("the connection was closed before an answer");
    }
}
