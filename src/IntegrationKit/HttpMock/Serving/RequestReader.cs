using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace IntegrationKit.HttpMock;

/// <summary>Reads a whole request.</summary>
internal static class RequestReader
{
    /// <summary>The longest body that is kept: Kestrel's own default.</summary>
    public const int LongestBody = 30_000_000;

    /// <summary>Reads the request to its end. A body that is too long is read, so that the client reads the answer, but not kept.</summary>
    public static async Task<(ReceivedRequest Request, bool IsTooLarge)> ReadAsync(HttpContext context, TimeProvider time)
    {
        var receivedAt = time.GetUtcNow();
        var request = context.Request;
        var target = new RequestTarget(
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, request.Path.Value ?? "/", request.QueryString.Value ?? string.Empty);
        var headers = new Dictionary<string, StringValues>(request.Headers, StringComparer.OrdinalIgnoreCase);
        var body = await ReadBodyAsync(request.Body, context.RequestAborted).ConfigureAwait(false);
        var content = new RequestContent(body ?? default, request.ContentType);
        return (new ReceivedRequest(request.Method, target, headers, content, receivedAt), body is null);
    }

    private static async Task<byte[]?> ReadBodyAsync(Stream body, CancellationToken cancellationToken)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        var isTooLarge = false;
        int count;
        while ((count = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            isTooLarge |= kept.Length + count > LongestBody;
            if (!isTooLarge)
            {
                kept.Write(buffer, 0, count);
            }
        }

        return isTooLarge ? null : kept.ToArray();
    }
}
