using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace IntegrationKit.HttpMock;

/// <summary>A request's body as bytes, text and JSON, each computed once.</summary>
internal sealed class RequestContent(ReadOnlyMemory<byte> bytes, string? contentType)
{
    private readonly Lazy<string> _text = new(() => CharsetOf(contentType).GetString(bytes.Span));
    private readonly Lazy<JsonElement?> _json = new(() => ParseJson(bytes));

    public ReadOnlyMemory<byte> Bytes => bytes;

    public string Text => _text.Value;

    /// <summary>The body as JSON, with any Content-Type; null where it is not JSON.</summary>
    public JsonElement? Json => _json.Value;

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

    private static JsonElement? ParseJson(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return JsonElement.Parse(bytes.Span);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
