using System.Net;
using Docker.DotNet.Handler.Abstractions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Net.Http.Client;

namespace IntegrationKit.Engine;

/// <summary>
/// The HTTP handler that the client uses. It keeps connections open for the next request, which the client's own handler for
/// unix sockets does not do. Only requests that take over their connection go through the client's handler: what a
/// <see cref="SocketsHttpHandler"/> took over cannot be read and cancelled properly.
/// </summary>
internal sealed class EngineTransport : DelegatingHandler
{
    private readonly HttpMessageInvoker _takeover;

    public EngineTransport(EngineEndpoint endpoint)
        : base(MakeHandler(endpoint))
    {
        BaseAddress = new Uri(endpoint.SocketPath is null ? $"http://{endpoint.Address.Authority}" : "http://localhost");
        _takeover = new HttpMessageInvoker(new ManagedHandler(
            (_, _, cancellationToken) => EngineSocket.ConnectAsync(endpoint, cancellationToken), NullLogger.Instance)
        {
            UseProxy = false,
        });
    }

    public Uri BaseAddress { get; }

    /// <summary>The connection of an answer, on which no more HTTP is sent.</summary>
    public static WriteClosableStream TakenOver(HttpResponseMessage answer) =>
        answer.Content is HttpConnectionResponseContent content
            ? content.HijackStream()
            : throw new InvalidOperationException("the connection was not taken over");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is StreamContent)
        {
            // The engine can refuse an archive before it is sent. Without this, a broken pipe would hide the refusal.
            request.Headers.ExpectContinue = true;
        }

        var response = request.Headers.Upgrade.Count > 0
            ? await _takeover.SendAsync(request, cancellationToken).ConfigureAwait(false)
            : await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (request.Headers.Upgrade.Count > 0 && (int)response.StatusCode < 400)
        {
            return response;
        }

        try
        {
            if ((int)response.StatusCode < 400)
            {
                await AnswerLimit.ReadAsync(request.RequestUri!.AbsolutePath, response, cancellationToken).ConfigureAwait(false);
                return response;
            }

            // The client reads the body of an error without a token, and would wait for ever where the rest does not come.
            await AnswerLimit.CutAsync(response, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.InternalServerError)
            {
                response.StatusCode = PodmanRefusal.Classify(await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
            }

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

    private static SocketsHttpHandler MakeHandler(EngineEndpoint endpoint) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,

        // A stream that is no longer read is closed at once, and not read to its end first.
        ResponseDrainTimeout = TimeSpan.Zero,
        ConnectCallback = async (_, cancellationToken) =>
            new BrokenPipeStream(await EngineSocket.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false)),
    };
}
