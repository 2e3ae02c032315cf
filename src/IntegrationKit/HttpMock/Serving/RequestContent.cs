using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace IntegrationKit.HttpMock;

/// <summary>A request's body as bytes, text and JSON.</summary>
/// <param name="bytes">What is kept of it, decoded.</param>
/// <param name="contentType">The header, for the charset.</param>
/// <param name="length">The length of the whole body.</param>
/// <param name="problem">Why it could not be decoded; null where it could, or need not be.</param>
internal sealed class RequestContent(ReadOnlyMemory<byte> bytes, string? contentType, long length, string? problem = null)
{
    public static readonly RequestContent None = new(default, contentType: null, length: 0);

    // Weak: a journal of bodies must not become one of bodies, texts and JSON.
    private readonly WeakReference<string> _text = new(null!);
    private readonly WeakReference<Parsed> _json = new(null!);

    public ReadOnlyMemory<byte> Bytes => bytes;

    public long Length => length;

    public bool IsCut => bytes.Length < length;

    public string? Problem => problem;

    public string Text
    {
        get
        {
            if (!_text.TryGetTarget(out var text))
            {
                text = CharsetOf(contentType).GetString(bytes.Span);
                _text.SetTarget(text);
            }

            return text;
        }
    }

    /// <summary>The body as JSON, with any Content-Type; null where it is not JSON.</summary>
    public JsonElement? Json
    {
        get
        {
            if (!_json.TryGetTarget(out var json))
            {
                json = ParseJson(bytes);
                _json.SetTarget(json);
            }

            return json.Root;
        }
    }

    /// <summary>The same with the first bytes only, in memory of their own.</summary>
    public RequestContent Keep(int most) => new(bytes[..Math.Min(most, bytes.Length)].ToArray(), contentType, length, problem);

    private static Encoding CharsetOf(string? contentType)
    {
        if (MediaTypeHeaderValue.TryParse(contentType, out var type) && type.CharSet is { } charset)
        {
            try
            {
                return Encoding.GetEncoding(charset.Trim('"'));
            }
            catch (ArgumentException)
            {
                return Encoding.UTF8;
            }
        }

        return Encoding.UTF8;
    }

    private static Parsed ParseJson(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return new(JsonElement.Parse(bytes.Span));
        }
        catch (JsonException)
        {
            return new(Root: null);
        }
    }

    private sealed record Parsed(JsonElement? Root);
}
