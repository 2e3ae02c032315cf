using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace IntegrationKit.Services.Redis;

/// <summary>Reads answers of Redis' protocol (RESP 2), within limits: whoever answers at the port may be no Redis.</summary>
internal sealed class RespReader(Stream stream)
{
    private const int LongestLine = 64 * 1024;
    private const int DeepestList = 8;

    // What a text and its place in a list take besides its characters, and some more.
    private const int ItemOverhead = 64;

    private readonly PipeReader _reader = PipeReader.Create(stream);

    /// <summary>How many bytes may still be read. A value can have 512 MB, and a baseline of that size is a mistake.</summary>
    public long BytesLeft { get; set; }

    /// <summary>Reads one answer. The items of lists, and of lists in them, are added one after the other.</summary>
    /// <returns>The error that the server answered, or null.</returns>
    /// <exception cref="IOException">The connection ended, or the answer is not Redis', or too long.</exception>
    public async Task<string?> ReadAsync(string command, List<string?> into, int depth, CancellationToken cancellationToken)
    {
        var line = await ReadLineAsync(command, cancellationToken).ConfigureAwait(false);
        switch (line)
        {
            case ['+' or ':', .. var text]:
                into.Add(text);
                return null;
            case ['-', .. var error]:
                return error;
            case "$-1" or "*-1":
                into.Add(null);
                return null;
            case ['$', .. var length] when int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes):
                into.Add(await ReadBulkAsync(command, bytes, cancellationToken).ConfigureAwait(false));
                return null;
            case ['*', .. var length] when depth < DeepestList && int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var items):
                string? first = null;
                for (var i = 0; i < items; i++)
                {
                    first = await ReadAsync(command, into, depth + 1, cancellationToken).ConfigureAwait(false) ?? first;
                }

                return first;
            default:
                throw new IOException($"the answer to {command} is not Redis': {line[..Math.Min(40, line.Length)]}");
        }
    }

    private async Task<string> ReadLineAsync(string command, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = read.Buffer;
            if (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.Latin1.GetString(buffer.Slice(0, end));
                _reader.AdvanceTo(buffer.GetPosition(1, end));
                Spend(command, line.Length);
                return line.TrimEnd('\r');
            }

            if (read.IsCompleted)
            {
                throw new IOException("the connection was closed before an answer");
            }

            if (buffer.Length > LongestLine)
            {
                throw new IOException($"the answer to {command} is not Redis': its first line does not end within 64 KiB, and begins with: {Encoding.Latin1.GetString(buffer.Slice(0, 40))}");
            }

            _reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private async Task<string> ReadBulkAsync(string command, int length, CancellationToken cancellationToken)
    {
        Spend(command, length);
        var read = await _reader.ReadAtLeastAsync(length + 2, cancellationToken).ConfigureAwait(false);
        if (read.Buffer.Length < length + 2)
        {
            throw new IOException("the connection was closed before an answer");
        }

        var text = Encoding.Latin1.GetString(read.Buffer.Slice(0, length));
        _reader.AdvanceTo(read.Buffer.GetPosition(length + 2));
        return text;
    }

    private void Spend(string command, long bytes)
    {
        BytesLeft -= bytes + ItemOverhead;
        if (BytesLeft < 0)
        {
            throw new IOException($"the answer to {command}, or to what was asked along with it, is longer than {RespConnection.LongestAnswers / 1024 / 1024} MiB, and the rest of it was not read");
        }
    }
}
