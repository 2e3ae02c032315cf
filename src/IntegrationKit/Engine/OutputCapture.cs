using System.Buffers;
using System.Globalization;
using System.Text;

namespace IntegrationKit.Engine;

/// <summary>Keeps the beginning and the end of an output, and counts what lies between, so that a command cannot use up the memory.</summary>
/// <param name="limit">The most bytes to keep.</param>
internal sealed class OutputCapture(int limit)
{
    private readonly ArrayBufferWriter<byte> _head = new();

    // A ring: what comes after the head is written here, and overwrites the oldest.
    private byte[] _tail = [];
    private long _afterHead;

    private int HeadLimit => limit - (limit / 2);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        var toHead = Math.Min(bytes.Length, HeadLimit - _head.WrittenCount);
        _head.Write(bytes[..toHead]);
        bytes = bytes[toHead..];
        if (bytes.IsEmpty)
        {
            return;
        }

        if (_tail.Length == 0)
        {
            _tail = new byte[limit / 2];
        }

        _afterHead += bytes.Length;
        bytes = bytes[Math.Max(0, bytes.Length - _tail.Length)..];
        var at = (int)((_afterHead - bytes.Length) % _tail.Length);
        var toEnd = Math.Min(bytes.Length, _tail.Length - at);
        bytes[..toEnd].CopyTo(_tail.AsSpan(at));
        bytes[toEnd..].CopyTo(_tail);
    }

    /// <summary>The output; if it was too long, with a line where something is left out.</summary>
    public override string ToString()
    {
        var head = _head.WrittenSpan;
        if (_afterHead <= _tail.Length)
        {
            return Encoding.UTF8.GetString([.. head, .. _tail.AsSpan(0, (int)_afterHead)]);
        }

        // The edges of the gap may be in the middle of a character.
        var start = (int)(_afterHead % _tail.Length);
        ReadOnlySpan<byte> tail = [.. _tail.AsSpan(start), .. _tail.AsSpan(0, start)];
        head = head[..(head.Length - IncompleteAtEnd(head))];
        tail = tail[IncompleteAtStart(tail)..];
        var leftOut = _head.WrittenCount + _afterHead - head.Length - tail.Length;
        var gap = string.Create(CultureInfo.InvariantCulture, $"\n[… {leftOut:N0} bytes of the output are left out here …]\n");
        return Encoding.UTF8.GetString(head) + gap + Encoding.UTF8.GetString(tail);
    }

    private static int IncompleteAtStart(ReadOnlySpan<byte> text)
    {
        var count = 0;
        while (count < Math.Min(3, text.Length) && IsContinuation(text[count]))
        {
            count++;
        }

        return count;
    }

    /// <summary>How many bytes at the end belong to a character whose rest is missing.</summary>
    private static int IncompleteAtEnd(ReadOnlySpan<byte> text)
    {
        var count = 1;
        while (count < Math.Min(4, text.Length) && IsContinuation(text[^count]))
        {
            count++;
        }

        var length = text[^count] switch { >= 0xF0 => 4, >= 0xE0 => 3, >= 0xC0 => 2, _ => 1 };
        return length > count ? count : 0;
    }

    private static bool IsContinuation(byte each) => (each & 0xC0) == 0x80;
}
