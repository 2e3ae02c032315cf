using System.Net.Sockets;
using Docker.DotNet.Handler.Abstractions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Net.Http.Client;

namespace IntegrationKit.Engine;

/// <summary>
/// The HTTP handler under the client. Connections are kept, which the client's handler for unix sockets does not do;
/// only requests that take over their connection go through the client's handler, since a
/// <see cref="SocketsHttpHandler"/> cannot be read and cancelled properly after a takeover.
/// </summary>
internal sealed class EngineTransport : DelegatingHandler
{
    private const long ErrorBodyLimit = 1024 * 1024;

    private readonly HttpMessageInvoker _takeover;

    public EngineTransport(EngineEndpoint endpoint)
        : base(MakeKeeping(endpoint))
    {
        BaseAddress = new Uri(endpoint.SocketPath is null ? $"http://{endpoint.Address.Authority}" : "http://localhost");
        _takeover = new HttpMessageInvoker(new ManagedHandler(
            (_, _, cancellationToken) => EngineSocket.ConnectAsync(endpoint, cancellationToken), NullLogger.Instance)
        {
            UseProxy = false,
        });
    }

    public Uri BaseAddress { get; }

    /// <summary>The connection of an answer that ended the HTTP on it.</summary>
    public static WriteClosableStream TakenOver(HttpResponseMessage answer) =>
        answer.Content is HttpConnectionResponseContent content
            ? content.HijackStream()
            : throw new InvalidOperationException("the connection was not taken over");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is StreamContent)
        {
            // The engine can refuse an archive before it is sent. Without this its refusal is lost in a broken pipe.
            request.Headers.ExpectContinue = true;
        }

        var response = request.Headers.Upgrade.Count > 0
            ? await _takeover.SendAsync(request, cancellationToken).ConfigureAwait(false)
            : await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if ((int)response.StatusCode < 400)
        {
            return response;
        }

        try
        {
            // The client reads an error's body without a token, and would wait for ever for one that stalls.
            await response.Content.LoadIntoBufferAsync(ErrorBodyLimit, cancellationToken).ConfigureAwait(false);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _takeover.Dispose();
        }

        base.Dispose(disposing);
    }

    private static SocketsHttpHandler MakeKeeping(EngineEndpoint endpoint) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,

        // A stream that its reader leaves is closed at once, not read on in the hope of its end.
        ResponseDrainTimeout = TimeSpan.Zero,
        ConnectCallback = async (_, cancellationToken) =>
            new NetworkStream(await EngineSocket.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false), ownsSocket: true),
    };
}
