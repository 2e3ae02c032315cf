using System.Buffers;
using System.Text;

namespace IntegrationKit.Engine;

/// <summary>Splits one stream of a log into lines, however its bytes arrive.</summary>
internal sealed class LogLineSplitter(bool isError)
{
    /// <summary>A longer line is split into pieces, so that a container cannot use up the memory.</summary>
    public const int LongestLine = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _pending = new();

    public void Append(ReadOnlySpan<byte> bytes, Queue<LogLine> lines)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            if (end >= 0)
            {
                Collect(bytes[..end], lines);
                Emit(WithoutReturn(_pending.WrittenSpan), lines);
                _pending.ResetWrittenCount();
                bytes = bytes[(end + 1)..];
            }
            else
            {
                Collect(bytes, lines);
                return;
            }
        }
    }

    /// <summary>What is left is a line too, without an end.</summary>
    public void Finish(Queue<LogLine> lines)
    {
        if (_pending.WrittenCount > 0)
        {
            Emit(WithoutReturn(_pending.WrittenSpan), lines);
            _pending.ResetWrittenCount();
        }
    }

    private void Collect(ReadOnlySpan<byte> bytes, Queue<LogLine> lines)
    {
        _pending.Write(bytes);
        while (WithoutReturn(_pending.WrittenSpan).Length > LongestLine)
        {
            var written = _pending.WrittenSpan;
            var cut = CharacterBoundary(written);
            Emit(written[..cut], lines);
            var rest = written[cut..].ToArray();
            _pending.ResetWrittenCount();
            _pending.Write(rest);
        }
    }

    private void Emit(ReadOnlySpan<byte> line, Queue<LogLine> lines) =>
        lines.Enqueue(new LogLine(Encoding.UTF8.GetString(line), isError));

    private static ReadOnlySpan<byte> WithoutReturn(ReadOnlySpan<byte> line) => line is [.., (byte)'\r'] ? line[..^1] : line;

    // A UTF-8 character has at most three bytes after its first one.
    private static int CharacterBoundary(ReadOnlySpan<byte> bytes)
    {
        var cut = LongestLine;
        while (cut > LongestLine - 3 && (bytes[cut] & 0xC0) == 0x80)
        {
            cut--;
        }

        return cut;
    }
}
