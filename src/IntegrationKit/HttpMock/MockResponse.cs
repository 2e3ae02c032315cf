using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Primitives;

namespace IntegrationKit;

/// <summary>An answer of an <see cref="ExternalServiceMock"/>.</summary>
public sealed class MockResponse
{
    /// <summary>Creates an answer.</summary>
    /// <param name="status">The HTTP status, 200 to 599. Default 200.</param>
    /// <param name="body">
    /// The body: null for none; a string is sent as it is, as <c>text/plain</c>; a <c>byte[]</c> as
    /// <c>application/octet-stream</c>; anything else as JSON with web defaults (camelCase). It is serialised here, so later
    /// changes of the object have no effect. To send a string as JSON, pass <c>JsonNode.Parse(text)</c> or set the
    /// Content-Type in <see cref="Headers"/>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The status is not from 200 to 599.</exception>
    /// <exception cref="ArgumentException">A body was given with a status that cannot carry one (204, 205 or 304).</exception>
    public MockResponse(int status = 200, object? body = null)
    {
        if (status is < 200 or > 599)
        {
            throw new ArgumentOutOfRangeException(nameof(status), status, "The status of an answer is from 200 to 599.");
        }

        if (body is not null && status is 204 or 205 or 304)
        {
            throw new ArgumentException($"An answer with status {status} cannot have a body.", nameof(body));
        }

        Status = status;
        (Body, var contentType) = Serialize(body);
        if (contentType is not null)
        {
            Headers["Content-Type"] = contentType;
        }
    }

    /// <summary>No answer: the connection is reset, and the client sees an I/O error.</summary>
    public static MockResponse DroppedConnection => new() { IsDropped = true };

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>The body as it is sent.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>
    /// The headers, names in any case. Default: the Content-Type that goes with the body. The server sets Content-Length, and
    /// Date where it is not here. <c>Respond</c> refuses what cannot be sent: a name or a value that is not printable ASCII,
    /// Transfer-Encoding, Trailer, a Connection other than close and keep-alive, and a Content-Length that is not the body's, but
    /// for an answer to HEAD or of status 304 without a body.
    /// </summary>
    public IDictionary<string, StringValues> Headers { get; } =
        new Dictionary<string, StringValues>(StringComparer.OrdinalIgnoreCase);

    /// <summary>How long to wait before this answer is sent, in addition to the stub's own delay. Default: no wait.</summary>
    public TimeSpan Delay { get; init; }

    internal bool IsDropped { get; private init; }

    private static (ReadOnlyMemory<byte> Body, string? ContentType) Serialize(object? body) => body switch
    {
        null => (default, null),
        string text => (Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8"),
        byte[] bytes => (bytes.ToArray(), "application/octet-stream"),
        _ => (JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), JsonSerializerOptions.Web), "application/json; charset=utf-8"),
    };
}
