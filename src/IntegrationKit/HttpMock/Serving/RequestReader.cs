using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace IntegrationKit.HttpMock;

/// <summary>Reads a whole request.</summary>
internal static class RequestReader
{
    /// <summary>The longest body, also after it was decoded: Kestrel's own default.</summary>
    public const int LongestBody = 30_000_000;

    public static readonly Refusal TooLong = new(413, FormattableString.Invariant($"The body is longer than {LongestBody} bytes."));

    public static readonly Refusal TooLongDecoded = new(413, FormattableString.Invariant($"The decoded body is longer than {LongestBody} bytes."));

    private static readonly Refusal Unfinished = new(400, "Unexpected end of request content.");

    /// <summary>Reads the request to its end. A body that is too long is read, so that the client reads the answer, but not kept.</summary>
    public static async Task<ReceivedRequest> ReadAsync(HttpContext context, TimeProvider time)
    {
        var receivedAt = time.GetUtcNow();
        var request = context.Request;
        var target = new RequestTarget(
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, request.Path.Value ?? "/", request.QueryString.Value ?? string.Empty);
        var headers = new Dictionary<string, StringValues>(request.Headers, StringComparer.OrdinalIgnoreCase);
        try
        {
            var (sent, length) = await ReadBodyAsync(request.BodyReader).ConfigureAwait(false);
            if (sent is null)
            {
                return Make(new(default, request.ContentType, length)).RefusedAs(TooLong);
            }

            var body = ContentDecoding.Decode(sent, request.Headers.ContentEncoding, LongestBody);
            return body.IsTooLong
                ? Make(new(default, request.ContentType, body.Bytes.Length)).RefusedAs(TooLongDecoded)
                : Make(new(body.Bytes, request.ContentType, body.Bytes.Length, body.Problem));
        }
        catch (BadHttpRequestException e)
        {
            return Make(RequestContent.None).RefusedAs(new(e.StatusCode, e.Message));
        }
        catch (Exception e) when (e is IOException or OperationCanceledException && context.RequestAborted.IsCancellationRequested)
        {
            return Make(RequestContent.None).RefusedAs(Unfinished);
        }

        ReceivedRequest Make(RequestContent content) => new(request.Method, target, headers, content, receivedAt);
    }

    /// <summary>Needs no token: what cuts the connection ends the reading, and the request's own token costs each request.</summary>
    private static async ValueTask<(byte[]? Body, long Length)> ReadBodyAsync(PipeReader reader)
    {
        ArrayBufferWriter<byte>? earlier = null;
        var length = 0L;
        while (true)
        {
            var result = await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            var part = result.Buffer;
            length += part.Length;
            if (length > LongestBody)
            {
                earlier = null;
            }
            else if (result.IsCompleted && earlier is null)
            {
                // Nearly every body arrives in one piece.
                var whole = part.ToArray();
                reader.AdvanceTo(part.End);
                return (whole, length);
            }
            else
            {
                earlier ??= new();
                foreach (var piece in part)
                {
                    earlier.Write(piece.Span);
                }
            }

            reader.AdvanceTo(part.End);
            if (result.IsCompleted)
            {
                return (length > LongestBody ? null : earlier!.WrittenSpan.ToArray(), length);
            }
        }
    }
}
