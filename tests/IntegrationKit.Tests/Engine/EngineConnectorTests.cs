using System.Net;
using System.Net.Sockets;
using System.Text;
using IntegrationKit.Engine;
using IntegrationKit.Tests.Engine.Support;

namespace IntegrationKit.Tests.Engine;

public sealed class EngineConnectorTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Connecting_takes_one_ping_and_the_connection_is_used_again()
    {
        await using var fake = new FakeEngine();
        await using var engine = await fake.ConnectAsync();

        for (var i = 0; i < 10; i++)
        {
            await engine.Containers.RemoveAsync("gone", Cancellation);
        }

        Assert.Equal(["GET /_ping", .. Enumerable.Repeat("DELETE /v1.41/containers/gone", 10)], fake.Requests.Select(request => request.ToString()));
        Assert.Equal(1, fake.Connections);
        Assert.Equal(fake.Address, engine.Endpoint.ToString());
    }

    [Fact]
    public async Task Every_endpoint_and_why_it_failed_is_told()
    {
        var folder = Directory.CreateTempSubdirectory("ik-");
        var dead = Path.Combine(folder.FullName, "dead.sock");
        using (var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // A renamed socket file stays when its socket is closed, as the one of a killed engine does.
            left.Bind(new UnixDomainSocketEndPoint(dead + ".new"));
            File.Move(dead + ".new", dead);
        }

        await using var silent = new FakeEngine().On("GET /_ping", exchange => exchange.ClientLeavesAsync());
        await using var failing = new FakeEngine().On("GET /_ping", 500, """{"message":"starting up"}""");
        await using var stranger = new FakeEngine().On("GET /_ping", 200, "OK");
        await using var mute = new FakeEngine().On("GET /_ping", exchange => { exchange.Cut(); return Task.CompletedTask; });
        await using var babbler = new FakeEngine().On("GET /_ping", exchange => { exchange.Cut(); return exchange.WriteAsync("SSH-2.0-OpenSSH\r\n"); });
        EndpointCandidate[] candidates =
        [
            new("unix:///no/such.sock", "a"), new($"unix://{dead}", "b"), new(silent.Address, "c"), new(failing.Address, "d"),
            new(stranger.Address, "e"), new(mute.Address, "f"), new(babbler.Address, "g"), new("ssh://box", "h"),
            new("tcp://127.0.0.1:1", "i"), new("unix:///" + new string('x', 200), "j"), new("tcp://box:2376", "k", "an obstacle"),
        ];

        var thrown = await Assert.ThrowsAsync<EngineUnavailableException>(() =>
            EngineConnector.ConnectAsync(candidates, TimeSpan.FromSeconds(2), TimeProvider.System, Cancellation));

        Assert.Equal(candidates.Select(c => (c.Address, c.Source)), thrown.Attempts.Select(a => (a.Endpoint, a.Source)));
        string[] reasons =
        [
            "no such socket", "connection refused: nothing listens there", "no answer within 2 s", "HTTP 500: starting up",
            "not a Docker engine", "the answer could not be read (The response ended prematurely", "the answer could not be read",
            "ssh is not supported yet", "connection refused", "path is too long", "an obstacle",
        ];
        Assert.All(thrown.Attempts.Zip(reasons), pair => Assert.Contains(pair.Second, pair.First.Reason, StringComparison.Ordinal));
        Assert.All(thrown.Attempts, attempt => Assert.Contains($"{attempt.Endpoint} ({attempt.Source}): {attempt.Reason}", thrown.Message, StringComparison.Ordinal));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Engine_that_speaks_tls_is_told_as_one()
    {
        // What servers written in Go answer to plain HTTP, and what others do.
        const string Go = "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";
        await using var go = new FakeEngine().On("GET /_ping", exchange => CutAfterAsync(exchange, Encoding.ASCII.GetBytes(Go)));
        await using var other = new FakeEngine().On("GET /_ping", exchange => CutAfterAsync(exchange, [0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x0A]));

        var thrown = await Assert.ThrowsAsync<EngineUnavailableException>(() => EngineConnector.ConnectAsync(
            [new(go.Address, "a"), new(other.Address, "b")], TimeSpan.FromSeconds(30), TimeProvider.System, Cancellation));

        Assert.All(thrown.Attempts, attempt => Assert.StartsWith("it speaks TLS", attempt.Reason, StringComparison.Ordinal));

        static async Task CutAfterAsync(FakeExchange exchange, byte[] bytes)
        {
            await exchange.WriteAsync(bytes);
            exchange.Cut();
        }
    }

    [Theory]
    [InlineData(SocketError.AccessDenied, "docker group")]
    [InlineData(SocketError.HostNotFound, "no such host")]
    [InlineData(SocketError.NetworkUnreachable, "unreachable")]
    public void Socket_failure_says_what_is_wrong(SocketError error, string expected)
    {
        var reason = EndpointFailure.Explain(new HttpRequestException("x", new SocketException((int)error)), TimeSpan.Zero);

        Assert.Contains(expected, reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Later_endpoint_is_used_where_an_earlier_one_fails()
    {
        await using var fake = new FakeEngine();

        await using var engine = await EngineConnector.ConnectAsync(
            [new("unix:///no/such.sock", "a"), new(fake.Address, "b")], TimeSpan.FromSeconds(30), TimeProvider.System, Cancellation);

        Assert.Equal((fake.Address, "b"), (engine.Endpoint.ToString(), engine.Endpoint.Source));
    }

    [Fact]
    public async Task Cancelled_search_throws_with_the_callers_token()
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using var fake = new FakeEngine().On("GET /_ping", async exchange =>
        {
            await cancelled.CancelAsync();
            await exchange.ClientLeavesAsync();
        });

        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            EngineConnector.ConnectAsync(fake.Address, TimeSpan.FromSeconds(30), TimeProvider.System, cancelled.Token));

        Assert.Equal(cancelled.Token, thrown.CancellationToken);
    }

    [Fact]
    public async Task Engine_is_reached_over_tcp()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var fake = new FakeEngine();
        var relaying = RelayAsync(listener, fake.SocketPath);
        var address = $"tcp://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

        await using (var engine = await EngineConnector.ConnectAsync(address, TimeSpan.FromSeconds(30), TimeProvider.System, Cancellation))
        {
            await engine.Containers.RemoveAsync("gone", Cancellation);
            Assert.Equal(address, engine.Endpoint.ToString());
        }

        await relaying;
        Assert.Equal(address["tcp://".Length..], fake.Requests[1].Headers["host"]);
    }

    private static async Task RelayAsync(TcpListener listener, string path)
    {
        using var client = await listener.AcceptSocketAsync(Cancellation);
        using var engine = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await engine.ConnectAsync(new UnixDomainSocketEndPoint(path), Cancellation);
        await using var here = new NetworkStream(client);
        await using var there = new NetworkStream(engine);
        var back = there.CopyToAsync(here, Cancellation);
        await here.CopyToAsync(there, Cancellation);
        engine.Shutdown(SocketShutdown.Send);
        await back;
    }
}
