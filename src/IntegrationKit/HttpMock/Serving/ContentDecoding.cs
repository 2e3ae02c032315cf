using System.IO.Compression;
using Microsoft.Extensions.Primitives;
using ZstdSharp;

namespace IntegrationKit.HttpMock;

/// <summary>Decodes a body by its Content-Encoding.</summary>
internal static class ContentDecoding
{
    private const int MostEncodings = 4;

    /// <param name="sent">The body as it was sent.</param>
    /// <param name="contentEncoding">The header: encodings in the order in which they were applied.</param>
    /// <param name="longest">How many bytes it may have after each step. Beyond that, decoding stops.</param>
    public static DecodedBody Decode(byte[] sent, StringValues contentEncoding, int longest)
    {
        if (contentEncoding.Count == 0)
        {
            return new(sent);
        }

        var encodings = contentEncoding.SelectMany(value => (value ?? string.Empty).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Select(name => name.ToLowerInvariant()).Where(name => name != "identity").ToArray();
        if (sent.Length == 0 || encodings.Length == 0)
        {
            return new(sent);
        }

        if (encodings.Length > MostEncodings)
        {
            return new(sent, $"it has {encodings.Length} encodings, and at most {MostEncodings} are decoded");
        }

        var body = sent;
        foreach (var encoding in encodings.Reverse())
        {
            try
            {
                if (Open(encoding, body) is not { } decoder)
                {
                    return new(sent, $"its Content-Encoding is {encoding}, and only gzip, deflate, br and zstd are decoded");
                }

                using (decoder)
                {
                    body = Read(decoder, longest);
                }
            }
            catch (Exception e) when (e is InvalidDataException or InvalidOperationException or IOException or ZstdException)
            {
                return new(sent, $"its Content-Encoding is {encoding}, and it is damaged or something else ({e.Message.TrimEnd('.')})");
            }

            if (body.Length > longest)
            {
                return new(body) { IsTooLong = true };
            }
        }

        return new(body);
    }

    private static Stream? Open(string encoding, byte[] body)
    {
        var source = new MemoryStream(body, writable: false);
        return encoding switch
        {
            "gzip" or "x-gzip" => new GZipStream(source, CompressionMode.Decompress),
            "br" => new BrotliStream(source, CompressionMode.Decompress),
            "zstd" => new DecompressionStream(source),

            // Some clients leave out the zlib header that the standard asks for.
            "deflate" => HasZlibHeader(body) ? new ZLibStream(source, CompressionMode.Decompress) : new DeflateStream(source, CompressionMode.Decompress),
            _ => null,
        };
    }

    private static bool HasZlibHeader(byte[] body) => body.Length > 1 && (body[0] & 0x0F) == 8 && ((body[0] << 8) | body[1]) % 31 == 0;

    /// <summary>Reads to the end, or one buffer beyond the limit.</summary>
    private static byte[] Read(Stream decoder, int longest)
    {
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while (body.Length <= longest && (count = decoder.Read(buffer)) > 0)
        {
            body.Write(buffer, 0, count);
        }

        return body.ToArray();
    }
}

/// <summary>A body after decoding.</summary>
/// <param name="Bytes">The decoded bytes; those that were sent where there is a problem.</param>
/// <param name="Problem">Why it could not be decoded, or null.</param>
internal sealed record DecodedBody(byte[] Bytes, string? Problem = null)
{
    public bool IsTooLong { get; init; }
}
