using System.Net;
using System.Net.Sockets;
using Docker.DotNet.Handler.Abstractions;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Client;

/// <summary>Kept connections for every call; the client library's own handler for the calls it takes the socket of (exec, attach).</summary>
internal sealed class EngineTransport : IDockerHandlerFactory<EngineTransport.Options>
{
    public ResolvedTransport CreateHandler(ResolvedClientOptions clientOptions, ILogger logger) => throw new NotSupportedException();

    public ResolvedTransport CreateHandler(Options options, ResolvedClientOptions clientOptions, ILogger logger)
    {
        var kept = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectCallback = async (_, token) => new NetworkStream(await options.Connect(token).ConfigureAwait(false), ownsSocket: true),
        };
        return new ResolvedTransport(new Router(kept, options, logger), clientOptions.Endpoint);
    }

    public Task<WriteClosableStream> HijackStreamAsync(HttpContent content) =>
        Task.FromResult(((HttpConnectionResponseContent)content).HijackStream());

    internal sealed record Options(Func<CancellationToken, Task<Socket>> Connect);

    private sealed class Router(SocketsHttpHandler kept, Options options, ILogger logger) : DelegatingHandler(kept)
    {
        private readonly Lazy<HttpMessageInvoker> hijacked = new(() =>
            new(new ManagedHandler((_, _, token) => options.Connect(token), logger) { UseProxy = false }));

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = request.Headers.Upgrade.Count > 0
                ? await hijacked.Value.SendAsync(request, cancellationToken).ConfigureAwait(false)
                : await base.SendAsync(request, cancellationToken).ConfigureAwait(false);

            if (response.StatusCode < HttpStatusCode.BadRequest) return response;

            // The library reads the body of an error without the caller's token.
            try
            {
                await response.Content.LoadIntoBufferAsync(cancellationToken).ConfigureAwait(false);
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
            if (disposing && hijacked.IsValueCreated) hijacked.Value.Dispose();
            base.Dispose(disposing);
        }
    }
}
