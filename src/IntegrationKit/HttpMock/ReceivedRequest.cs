using System.Text.Json;
using IntegrationKit.HttpMock;
using Microsoft.Extensions.Primitives;

namespace IntegrationKit;

/// <summary>A request that an <see cref="ExternalServiceMock"/> received. It does not change.</summary>
public sealed class ReceivedRequest
{
    private readonly RequestContent _content;

    internal ReceivedRequest(
        string method, RequestTarget target, IReadOnlyDictionary<string, StringValues> headers, RequestContent content, DateTimeOffset receivedAt)
    {
        (Method, Target, Headers, _content, ReceivedAt) = (method, target, headers, content, receivedAt);
        RouteValues = PathTemplate.NoValues;
    }

    private ReceivedRequest(
        ReceivedRequest other, IReadOnlyDictionary<string, string> routeValues, bool isMatched, string? remark)
        : this(other.Method, other.Target, other.Headers, other._content, other.ReceivedAt) =>
        (RouteValues, IsMatched, Remark) = (routeValues, isMatched, remark);

    /// <summary>The method as it was sent, for example <c>POST</c>.</summary>
    public string Method { get; }

    /// <summary>The path without the query, percent-decoded except for <c>%2F</c>.</summary>
    public string Path => Target.Path;

    /// <summary>The query parameters, decoded. Names are case-sensitive.</summary>
    public IReadOnlyDictionary<string, StringValues> Query => Target.Query;

    /// <summary>The headers. Names are in any case.</summary>
    public IReadOnlyDictionary<string, StringValues> Headers { get; }

    /// <summary>
    /// The decoded values of the <c>{parameters}</c> in the path of the stub that matched; what <c>*</c> matched is under
    /// <c>"*"</c>. Empty where no stub matched.
    /// </summary>
    public IReadOnlyDictionary<string, string> RouteValues { get; }

    /// <summary>The body as text, decoded by the charset of its Content-Type; UTF-8 by default. Empty where there is no body.</summary>
    public string Body => _content.Text;

    /// <summary>The body as it was sent.</summary>
    public ReadOnlyMemory<byte> BodyBytes => _content.Bytes;

    /// <summary>When it arrived, by the infrastructure's clock.</summary>
    public DateTimeOffset ReceivedAt { get; }

    /// <summary>Whether a stub with an answer matched it.</summary>
    public bool IsMatched { get; }

    internal RequestTarget Target { get; }

    internal JsonElement? Json => _content.Json;

    /// <summary>Why it was not answered by a stub, for a report, or null.</summary>
    internal string? Remark { get; }

    /// <summary>Reads the body as JSON, with web defaults (camelCase, names in any case, numbers also from strings).</summary>
    /// <exception cref="JsonException">The body is not JSON, or does not fit the type; the message shows the body.</exception>
    public T? ReadJson<T>()
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Body, JsonSerializerOptions.Web);
        }
        catch (JsonException e)
        {
            throw new JsonException(
                $"The body of {Method} {Path} cannot be read as {typeof(T).Name}: {e.Message} The body: {Redaction.Body(Body)}", e);
        }
    }

    /// <summary>The method, path and query, with secrets in the query left out.</summary>
    public override string ToString() => $"{Method} {Target}";

    internal ReceivedRequest At(IReadOnlyDictionary<string, string> routeValues) => new(this, routeValues, IsMatched, Remark);

    internal ReceivedRequest Matched() => new(this, RouteValues, isMatched: true, remark: null);

    internal ReceivedRequest Unmatched(string remark) => new(this, PathTemplate.NoValues, isMatched: false, remark);
}
