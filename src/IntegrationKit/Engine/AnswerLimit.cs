using System.Net.Http.Headers;

namespace IntegrationKit.Engine;

/// <summary>Bounds what an answer of the engine takes of the memory.</summary>
internal static class AnswerLimit
{
    /// <summary>Of an error's body, which is only told to people, this much is kept.</summary>
    private const int ErrorBody = 64 * 1024;

    /// <summary>A list of ten thousand containers needs less.</summary>
    private const int Body = 32 * 1024 * 1024;

    private const int Piece = 16 * 1024;

    /// <summary>The beginning of an error's body, in place of it.</summary>
    public static Task CutAsync(HttpResponseMessage response, CancellationToken cancellationToken) => ReadAsync(response, ErrorBody, cancellationToken);

    /// <summary>
    /// Reads an answer of one piece. Those that come in pieces as long as something happens are left to their readers; the
    /// client, which reads a pull's, bounds no line.
    /// </summary>
    /// <exception cref="IOException">It is longer than 32 MiB.</exception>
    public static async Task ReadAsync(string path, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (path.EndsWith("/logs", StringComparison.Ordinal) || path.EndsWith("/events", StringComparison.Ordinal))
        {
            return;
        }

        if (path.EndsWith("/images/create", StringComparison.Ordinal))
        {
            response.Content = new StreamContent(new BoundedLineStream(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false)));
            return;
        }

        if (!await ReadAsync(response, Body, cancellationToken).ConfigureAwait(false))
        {
            throw new IOException("the answer is longer than 32 MiB, and the rest of it was not read");
        }
    }

    /// <summary>Puts what it has read in place of the content, and says whether that is all.</summary>
    private static async Task<bool> ReadAsync(HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        using var content = response.Content;
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var read = new MemoryStream();
        var buffer = new byte[Piece];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0 && read.Length <= limit)
        {
            read.Write(buffer, 0, count);
        }

        response.Content = new ByteArrayContent(read.GetBuffer(), 0, (int)Math.Min(read.Length, limit));
        response.Content.Headers.ContentType = content.Headers.ContentType is { MediaType: { } type } ? new MediaTypeHeaderValue(type) : null;
        return count == 0 && read.Length <= limit;
    }
}
