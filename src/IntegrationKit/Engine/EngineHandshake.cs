using System.Net;

namespace IntegrationKit.Engine;

/// <summary>
/// Asks an engine for its API version, and chooses the one to use. Plain HTTP on the transport that the client uses
/// afterwards: the client's own ping does not show the headers of the answer, and its version call takes longer.
/// </summary>
internal static class EngineHandshake
{
    /// <summary>The newest version whose answers the client's records have been checked against.</summary>
    public static readonly Version Newest = new(1, 52);

    /// <summary>The oldest version that has every call that the library makes.</summary>
    public static readonly Version Oldest = new(1, 24);

    public static async Task<EngineGreeting> GreetAsync(EngineTransport transport, CancellationToken cancellationToken)
    {
        using var invoker = new HttpMessageInvoker(transport, disposeHandler: false);
        using var answer = await GetAsync(invoker, transport, "_ping", cancellationToken).ConfigureAwait(false);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            throw new EndpointRefusedException(await SpeaksTlsAsync(answer, cancellationToken).ConfigureAwait(false) ? EndpointFailure.SpeaksTls : $"HTTP {(int)answer.StatusCode}: {await MessageAsync(answer, cancellationToken).ConfigureAwait(false)}");
        }

        if (!answer.Headers.TryGetValues("Api-Version", out var values) || !Version.TryParse(values.First(), out var engine))
        {
            throw new EndpointRefusedException("something answers, but without an Api-Version header: not a Docker engine");
        }

        if (engine < Oldest)
        {
            throw new EndpointRefusedException($"the engine supports API {engine} at most, and {Oldest} is the oldest that IntegrationKit supports: update the engine");
        }

        var isPodman = answer.Headers.Contains("Libpod-Api-Version");
        if (engine <= Newest)
        {
            return new(engine, isPodman);
        }

        // The ping does not tell the oldest version that the engine supports. Only an engine newer than this library can have dropped ours.
        using var check = await GetAsync(invoker, transport, $"v{Newest}/_ping", cancellationToken).ConfigureAwait(false);
        return check.StatusCode == HttpStatusCode.OK
            ? new(Newest, isPodman)
            : throw new EndpointRefusedException(
                $"the engine supports API {engine} and refuses {Newest}, the newest that IntegrationKit supports: update IntegrationKit " +
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

    // How servers written in Go answer plain HTTP on a port for TLS.
    private static async Task<bool> SpeaksTlsAsync(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        (await MessageAsync(answer, cancellationToken).ConfigureAwait(false)).Contains("HTTP request to an HTTPS server", StringComparison.OrdinalIgnoreCase);

    private static async Task<string> MessageAsync(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        EngineMessage.Read(await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
}

/// <summary>What an engine tells of itself at once.</summary>
/// <param name="ApiVersion">The version of the API to use.</param>
/// <param name="IsPodman">Whether it is Podman, which serves Docker's API with differences.</param>
internal sealed record EngineGreeting(Version ApiVersion, bool IsPodman);

/// <summary>Something answers at an endpoint, and it cannot be used.</summary>
internal sealed class EndpointRefusedException(string reason) : Exception(reason);
