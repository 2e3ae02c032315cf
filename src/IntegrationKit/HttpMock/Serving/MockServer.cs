using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace IntegrationKit.HttpMock;

/// <summary>Kestrel on a loopback port. It runs without a host, which would take longer to start than the server.</summary>
internal sealed class MockServer : IAsyncDisposable
{
    private readonly KestrelServer _kestrel;
    private readonly MockApplication _application;

    private MockServer(KestrelServer kestrel, MockApplication application)
    {
        (_kestrel, _application) = (kestrel, application);
        BaseAddress = new Uri(kestrel.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
    }

    public Uri BaseAddress { get; }

    /// <param name="service">The mock's name, for an error.</param>
    /// <param name="port">The port; 0 for any free one.</param>
    /// <param name="application">What answers.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    public static async Task<MockServer> StartAsync(
        string service, int port, MockApplication application, CancellationToken cancellationToken)
    {
        var refusals = new KestrelRefusals(application.Refuse);
        var kestrel = new KestrelServer(
            Options.Create(CreateOptions(port, refusals)),
            new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance),
            refusals);
        try
        {
            await kestrel.StartAsync(application, cancellationToken).ConfigureAwait(false);
            return new MockServer(kestrel, application);
        }
        catch (Exception e)
        {
            kestrel.Dispose();
            switch (e)
            {
                case IOException { InnerException: AddressInUseException }:
                    throw new PortInUseException(service, port);
                case IOException or SocketException:
                    throw new IntegrationKitException($"Service '{service}' cannot listen on 127.0.0.1:{port}: {e.Message}", e);
                default:
                    throw;
            }
        }
    }

    public void CancelAnswers() => _application.CancelAnswers();

    /// <summary>Closes all connections at once, without waiting for responders. Kestrel waits a second at most for connections.</summary>
    public async ValueTask DisposeAsync()
    {
        CancelAnswers();
        await _kestrel.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        _kestrel.Dispose();
    }

    private static KestrelServerOptions CreateOptions(int port, KestrelRefusals refusals)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };

        // As wide as the servers and proxies of real services have them; Kestrel's own are 8 KiB, 32 KiB and 100.
        options.Limits.MaxRequestLineSize = 64 * 1024;
        options.Limits.MaxRequestHeadersTotalSize = 128 * 1024;
        options.Limits.MaxRequestHeaderCount = 1_000;
        options.Limits.MaxRequestBodySize = null; // RequestReader answers a body that is too long; Kestrel would cut the connection.
        options.Limits.MinRequestBodyDataRate = null; // A client that stops at a breakpoint is slow, too.
        options.Limits.MinResponseDataRate = null;
        options.Listen(IPAddress.Loopback, port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(refusals.Watch);
        });
        return options;
    }
}
