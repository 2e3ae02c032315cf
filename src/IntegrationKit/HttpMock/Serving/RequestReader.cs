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
            var (sent, length) = await ReadBodyAsync(request.Body, context.RequestAborted).ConfigureAwait(false);
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

    private static async Task<(byte[]? Body, long Length)> ReadBodyAsync(Stream body, CancellationToken cancellationToken)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        var length = 0L;
        int count;
        while ((count = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            length += count;
            if (length <= LongestBody)
            {
                kept.Write(buffer, 0, count);
            }
            else
            {
                kept.SetLength(0);
                kept.Capacity = 0;
            }
        }

        return (length > LongestBody ? null : kept.ToArray(), length);
    }
}
