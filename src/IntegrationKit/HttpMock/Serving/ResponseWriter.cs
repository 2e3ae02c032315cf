using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace IntegrationKit.HttpMock;

/// <summary>Sends answers. It needs no token: the server takes what is sent to a client that has gone.</summary>
internal static class ResponseWriter
{
    private const string Explanation = "X-IntegrationKit-Explanation";

    // Far less than the headers that a client accepts.
    private const int LongestExplanation = 4_000;

    // People read these messages in a test's output, so quotes are not escaped.
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerOptions.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(HttpContext context, MockResponse answer)
    {
        if (answer.IsDropped)
        {
            context.Abort();
            return;
        }

        var response = context.Response;
        response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
        {
            response.Headers[name] = value;
        }

        if (answer.Status is not (204 or 205 or 304))
        {
            response.ContentLength ??= answer.Body.Length;
            await response.Body.WriteAsync(answer.Body, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Sends an error answer of the mock itself. An answer to HEAD, which has no body, has it in a header.</summary>
    public static Task WriteMessageAsync(HttpContext context, int status, object message)
    {
        context.Response.Clear();
        var body = JsonSerializer.SerializeToUtf8Bytes(message, Readable);
        var answer = new MockResponse(status, body) { Headers = { ["Content-Type"] = "application/json; charset=utf-8" } };
        if (HttpMethods.IsHead(context.Request.Method))
        {
            // With the default encoder, which escapes what a header cannot have.
            var text = JsonSerializer.Serialize(message, JsonSerializerOptions.Web);
            answer.Headers[Explanation] = text[..Math.Min(text.Length, LongestExplanation)];
        }

        return WriteAsync(context, answer);
    }
}
