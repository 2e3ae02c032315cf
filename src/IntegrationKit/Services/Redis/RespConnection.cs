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
    /// <summary>The most bytes of all answers to what is sent in one go.</summary>
    public const int LongestAnswers = 64 * 1024 * 1024;

    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly RespReader _reader;

    private RespConnection(Socket socket)
    {
        _socket = socket;
        _stream = new(socket, ownsSocket: true);
        _reader = new(_stream);
    }

    /// <summary>Connects and logs in.</summary>
    /// <param name="endpoint">The server's address.</param>
    /// <param name="user">Null for the default one, which is the only one before Redis 6.</param>
    /// <param name="password">The user's password.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="SocketException">Nothing listens.</exception>
    /// <exception cref="IOException">The server refused, or is no Redis.</exception>
    public static async Task<RespConnection> OpenAsync(ServiceEndpoint endpoint, string? user, string password, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, cancellationToken).ConfigureAwait(false);
            var connection = new RespConnection(socket);
            await connection.SendAsync(cancellationToken, ["AUTH", .. user is null ? Array.Empty<string>() : [user], Bytes(password)]).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A text as a word of a command: its bytes in UTF-8.</summary>
    public static string Bytes(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends a command and returns its answer: a text, a number in digits, or null for none.</summary>
    /// <exception cref="IOException">The answer is an error, none, a list or not Redis'.</exception>
    public async Task<string?> SendAsync(CancellationToken cancellationToken, params string[] words) =>
        (await SendAllAsync([words], cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Sends commands in one go, and returns their answers in the same order.</summary>
    /// <exception cref="IOException">An answer is an error, none, a list or not Redis'.</exception>
    public async Task<string?[]> SendAllAsync(IReadOnlyList<string[]> commands, CancellationToken cancellationToken)
    {
        var answers = await AskAllAsync(commands, cancellationToken).ConfigureAwait(false);
        return [.. answers.Select((answer, i) => answer.Items(commands[i]) is [var one] ? one : throw new IOException($"the answer to {commands[i][0]} is a list"))];
    }

    /// <summary>Sends a command and returns the items of the list that it answers, those of lists in it too.</summary>
    /// <exception cref="IOException">The answer is an error, none or not Redis'.</exception>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken, params string[] words) =>
        [.. (await AskAllAsync([words], cancellationToken).ConfigureAwait(false))[0].Items(words).OfType<string>()];

    /// <summary>Sends commands in one go, and returns what each was answered, errors too.</summary>
    /// <exception cref="IOException">An answer is none or not Redis'.</exception>
    public async Task<RespAnswer[]> AskAllAsync(IReadOnlyList<string[]> commands, CancellationToken cancellationToken)
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
        _reader.BytesLeft = LongestAnswers;
        var answers = new RespAnswer[commands.Count];
        for (var i = 0; i < answers.Length; i++)
        {
            var values = new List<string?>(1);
            answers[i] = new(values, await _reader.ReadAsync(commands[i][0], values, depth: 0, cancellationToken).ConfigureAwait(false));
        }

        await sending.ConfigureAwait(false);
        return answers;
    }

    /// <summary>Sends PING on a connection that is subscribed to patterns, and returns the messages that come before the answer.</summary>
    /// <exception cref="IOException">The connection has ended, or the answer is not Redis'.</exception>
    public async Task<IReadOnlyList<(string Channel, string Content)>> HearAsync(CancellationToken cancellationToken)
    {
        await _stream.WriteAsync("*1\r\n$4\r\nPING\r\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        _reader.BytesLeft = LongestAnswers;
        var messages = new List<(string, string)>();
        while (true)
        {
            var values = new List<string?>(4);
            var error = await _reader.ReadAsync("PING", values, depth: 0, cancellationToken).ConfigureAwait(false);
            switch (values)
            {
                case ["pmessage", _, { } channel, { } content]:
                    messages.Add((channel, content));
                    break;
                case ["pong", ..]:
                    return messages;
                default:
                    throw new IOException($"the answer to PING is not Redis': {error}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync().ConfigureAwait(false);
        _socket.Dispose();
    }
}

/// <summary>What a command was answered.</summary>
/// <param name="Values">One text, or the items of a list.</param>
/// <param name="Error">The server's error, or null.</param>
internal sealed record RespAnswer(IReadOnlyList<string?> Values, string? Error)
{
    /// <exception cref="IOException">It is an error.</exception>
    public IReadOnlyList<string?> Items(string[] command) => Error is null ? Values : throw new IOException($"Redis refused {command[0]}: {Error}");
}
