using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace IntegrationKit.Benchmarks.Mocks;

/// <summary>Kestrel without a host, which reads each request to its end and gives one answer.</summary>
internal sealed class BareKestrel(byte[] answer) : IHttpApplication<IFeatureCollection>, IAsyncDisposable
{
    private readonly KestrelServer _kestrel = new(
        Options.Create(MakeOptions()), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance), NullLoggerFactory.Instance);

    public Uri BaseAddress => new(_kestrel.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());

    public Task StartAsync() => _kestrel.StartAsync(this, CancellationToken.None);

    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public async Task ProcessRequestAsync(IFeatureCollection context)
    {
        var body = context.GetRequiredFeature<IRequestBodyPipeFeature>().Reader;
        ReadResult part;
        do
        {
            part = await body.ReadAsync();
            body.AdvanceTo(part.Buffer.End);
        }
        while (!part.IsCompleted);

        var headers = context.GetRequiredFeature<IHttpResponseFeature>().Headers;
        headers.ContentType = "application/json; charset=utf-8";
        headers.ContentLength = answer.Length;
        await context.GetRequiredFeature<IHttpResponseBodyFeature>().Writer.WriteAsync(answer);
    }

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    public async ValueTask DisposeAsync()
    {
        await _kestrel.StopAsync(CancellationToken.None);
        _kestrel.Dispose();
    }

    private static KestrelServerOptions MakeOptions()
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        return options;
    }
}
