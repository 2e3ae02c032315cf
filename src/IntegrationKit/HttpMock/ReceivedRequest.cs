using System.Text.Json;
using IntegrationKit.HttpMock;
using Microsoft.Extensions.Primitives;

namespace IntegrationKit;

/// <summary>A request that an <see cref="ExternalServiceMock"/> received. It does not change.</summary>
public sealed class ReceivedRequest
{
    /// <summary>An estimate of what a request takes besides its texts and its body.</summary>
    private const int ObjectBytes = 500;

    private readonly RequestContent _content;
    private bool _wasBodyRead;

    internal ReceivedRequest(
        string method, RequestTarget target, IReadOnlyDictionary<string, StringValues> headers, RequestContent content, DateTimeOffset receivedAt)
    {
        (Method, Target, Headers, _content, ReceivedAt) = (method, target, headers, content, receivedAt);
        RouteValues = PathTemplate.NoValues;
    }

    private ReceivedRequest(ReceivedRequest other, RequestContent content)
        : this(other.Method, other.Target, other.Headers, content, other.ReceivedAt) =>
        (RouteValues, IsMatched, Remark, Refused) = (other.RouteValues, other.IsMatched, other.Remark, other.Refused);

    /// <summary>The method as it was sent, for example <c>POST</c>. Empty where the server refused a request that is none.</summary>
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
    public IReadOnlyDictionary<string, string> RouteValues { get; private init; }

    /// <summary>
    /// <see cref="BodyBytes"/> as text, decoded by the charset of its Content-Type; UTF-8 by default. Empty where there is no body.
    /// </summary>
    public string Body => ReadContent().Text;

    /// <summary>
    /// The body. One with a Content-Encoding of gzip, deflate, br or zstd is decoded; one that cannot be decoded is as it was sent,
    /// and the answer to a request that no stub matches says so. In the journal it may be cut, see <see cref="IsBodyCut"/>.
    /// </summary>
    public ReadOnlyMemory<byte> BodyBytes => ReadContent().Bytes;

    /// <summary>The length of the whole body in bytes, decoded, also where less is kept. Of a body over the request's limit, what was read.</summary>
    public long BodyLength => _content.Length;

    /// <summary>
    /// Whether only the beginning of the body is kept, or none of it, because of <see cref="ExternalServiceMock.MaxKeptBodyBytes"/>,
    /// <see cref="ExternalServiceMock.MaxJournalBytes"/>, or the request's limit of 30,000,000 bytes.
    /// </summary>
    public bool IsBodyCut => _content.IsCut;

    /// <summary>When it arrived, by the infrastructure's clock.</summary>
    public DateTimeOffset ReceivedAt { get; }

    /// <summary>Whether a stub with an answer matched it.</summary>
    public bool IsMatched { get; private init; }

    /// <summary>
    /// Why the server refused it before a stub was looked for, with the status of the answer, for example
    /// <c>431 Request headers too long.</c>; null where it did not. Of a request that was refused at its head, no headers are
    /// known, and the path only as far as it was read.
    /// </summary>
    public string? Refusal => Refused?.ToString();

    internal RequestTarget Target { get; }

    internal JsonElement? Json => ReadContent().Json;

    /// <summary>Why the body could not be decoded, or null.</summary>
    internal string? BodyProblem => _content.Problem;

    /// <summary>Why it was not answered by a stub, for a report, or null.</summary>
    internal string? Remark { get; private init; }

    internal Refusal? Refused { get; private init; }

    /// <summary>Whether somebody has read the body of this object, and it was cut.</summary>
    internal bool WasCutBodyRead => _wasBodyRead && IsBodyCut;

    /// <summary>About how many bytes it takes. The texts of the target are kept several times.</summary>
    internal long Size
    {
        get
        {
            var characters = 4L * Target.Length;
            foreach (var (name, values) in Headers)
            {
                characters += name.Length;
                foreach (var value in values)
                {
                    characters += value?.Length ?? 0;
                }
            }

            return ObjectBytes + _content.Bytes.Length + (2 * characters);
        }
    }

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
            var cut = IsBodyCut ? FormattableString.Invariant($" Only {_content.Bytes.Length} of its {BodyLength} bytes were kept: raise MaxKeptBodyBytes or MaxJournalBytes.") : string.Empty;
            var problem = BodyProblem is null ? string.Empty : $" It could not be decoded: {BodyProblem}.";
            throw new JsonException(
                $"The body of {Method} {Path} cannot be read as {typeof(T).Name}: {e.Message}{cut}{problem} The body: {Redaction.Body(Body)}", e);
        }
    }

    /// <summary>The method, path and query, with secrets in the query left out, cut to a length that is easy to read.</summary>
    public override string ToString() => $"{Method} {Target}";

    internal ReceivedRequest At(IReadOnlyDictionary<string, string> routeValues) => new(this, _content) { RouteValues = routeValues };

    internal ReceivedRequest Matched() => new(this, _content) { IsMatched = true, Remark = null };

    internal ReceivedRequest Unmatched(string remark) => new(this, _content) { RouteValues = PathTemplate.NoValues, IsMatched = false, Remark = remark };

    internal ReceivedRequest RefusedAs(Refusal refusal) => new(this, _content) { Refused = refusal };

    /// <summary>The request with at most so many bytes of its body.</summary>
    internal ReceivedRequest Keep(int bodyBytes) => _content.Bytes.Length <= bodyBytes ? this : new(this, _content.Keep(bodyBytes));

    private RequestContent ReadContent()
    {
        _wasBodyRead = true;
        return _content;
    }
}
