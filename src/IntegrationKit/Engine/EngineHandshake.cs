using System.Net;

namespace IntegrationKit.Engine;

/// <summary>
/// Asks an engine for its API version, and settles on the one to speak. Bare HTTP on the transport that the client
/// uses afterwards: the client's own ping does not show the answer's headers, and its version call is dearer.
/// </summary>
internal static class EngineHandshake
{
    /// <summary>The newest version whose answers the client's records have been checked against.</summary>
    public static readonly Version Newest = new(1, 52);

    /// <summary>The oldest version that has all that the seam asks for.</summary>
    public static readonly Version Oldest = new(1, 24);

    public static async Task<Version> NegotiateAsync(EngineTransport transport, CancellationToken cancellationToken)
    {
        using var invoker = new HttpMessageInvoker(transport, disposeHandler: false);
        using var answer = await GetAsync(invoker, transport, "_ping", cancellationToken).ConfigureAwait(false);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            throw new EndpointRefusedException($"HTTP {(int)answer.StatusCode}: {await MessageAsync(answer, cancellationToken).ConfigureAwait(false)}");
        }

        if (!answer.Headers.TryGetValues("Api-Version", out var values) || !Version.TryParse(values.First(), out var engine))
        {
            throw new EndpointRefusedException("something answers, but without an Api-Version header: not a Docker engine");
        }

        if (engine < Oldest)
        {
            throw new EndpointRefusedException($"the engine speaks API {engine} at most, and {Oldest} is the oldest that IntegrationKit speaks: update the engine");
        }

        if (engine <= Newest)
        {
            return engine;
        }

        // The ping does not tell the engine's oldest version. Only one newer than this library can have left ours behind.
        using var check = await GetAsync(invoker, transport, $"v{Newest}/_ping", cancellationToken).ConfigureAwait(false);
        return check.StatusCode == HttpStatusCode.OK
            ? Newest
            : throw new EndpointRefusedException(
                $"the engine speaks API {engine} and refuses {Newest}, the newest that IntegrationKit speaks: update IntegrationKit " +
                $"(HTTP {(int)check.StatusCode}: {await MessageAsync(check, cancellationToken).ConfigureAwait(false)})");
    }

    private static async Task<HttpResponseMessage> GetAsync(
        HttpMessageInvoker invoker, EngineTransport transport, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(transport.BaseAddress, path));
        var answer = await invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            // Read to its end, so that the connection can be used again.
            await answer.Content.LoadIntoBufferAsync(64 * 1024, cancellationToken).ConfigureAwait(false);
            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    private static async Task<string> MessageAsync(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        EngineMessage.Read(await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
}

/// <summary>Something answers at an endpoint, and it cannot be used.</summary>
internal sealed class EndpointRefusedException(string reason) : Exception(reason);
