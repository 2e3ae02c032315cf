using IntegrationKit.Tests.Readiness.Support;

namespace IntegrationKit.Tests.Readiness;

public sealed class HttpProbeTests
{
    [Theory]
    [InlineData("200 OK", null, true)]
    [InlineData("204 No Content", null, true)]
    [InlineData("299 Odd", null, true)]
    [InlineData("300 Choices", null, false)]
    [InlineData("404 Not Found", null, false)]
    [InlineData("503 Unavailable", null, false)]
    [InlineData("401 Unauthorized", 401, true)]
    [InlineData("200 OK", 204, false)]
    public async Task Http_judges_the_status(string answer, int? wanted, bool isReady)
    {
        await using var server = LoopbackServer.Http(_ => answer);

        var reason = await ProbeTrial.OnceAsync(Probe.Http("/health", status: wanted), new ProbeTarget(server.Port));

        Assert.Equal(isReady ? null : $"http://127.0.0.1:{server.Port}/health answered {answer[..3]}", reason);
    }

    [Theory]
    [InlineData("/health?deep=1", "GET /health?deep=1 HTTP/1.1")]
    [InlineData("health", "GET /health HTTP/1.1")]
    [InlineData("/", "GET / HTTP/1.1")]
    public async Task Http_asks_for_the_path(string path, string expected)
    {
        string? asked = null;
        await using var server = LoopbackServer.Http(request =>
        {
            asked = request;
            return "200 OK";
        });

        Assert.Null(await ProbeTrial.OnceAsync(Probe.Http(path), new ProbeTarget(server.Port)));
        Assert.Equal(expected, asked);
    }

    [Fact]
    public async Task Http_redirect_is_not_followed()
    {
        await using var elsewhere = LoopbackServer.Http(_ => "200 OK");
        var target = $"http://127.0.0.1:{elsewhere.Port}/";
        await using var server = LoopbackServer.Http(_ => $"302 Found\r\nLocation: {target}");

        var reason = await ProbeTrial.OnceAsync(Probe.Http("/login"), new ProbeTarget(server.Port));

        Assert.Equal($"http://127.0.0.1:{server.Port}/login answered 302 (to {target})", reason);
        Assert.Equal(0, elsewhere.Accepted);
        Assert.Null(await ProbeTrial.OnceAsync(Probe.Http("/login", status: 302), new ProbeTarget(server.Port)));
    }

    [Fact]
    public async Task Http_refused_or_closed_connection_is_the_reason()
    {
        await using var closing = LoopbackServer.Closing();
        var unused = LoopbackServer.UnusedPort();

        Assert.StartsWith($"http://127.0.0.1:{closing.Port}/: ", await ProbeTrial.OnceAsync(Probe.Http(), new ProbeTarget(closing.Port)), StringComparison.Ordinal);
        Assert.Equal($"http://127.0.0.1:{unused}/: Connection refused", await ProbeTrial.OnceAsync(Probe.Http(), new ProbeTarget(unused)));
    }

    [Fact]
    public async Task Http_takes_the_named_port_else_the_first()
    {
        await using var first = LoopbackServer.Http(_ => "200 OK");
        await using var second = LoopbackServer.Http(_ => "500 No");
        var target = new ProbeTarget(first.Port, second.Port);

        Assert.Null(await ProbeTrial.OnceAsync(Probe.Http(), target));
        Assert.EndsWith("answered 500", await ProbeTrial.OnceAsync(Probe.Http(port: second.Port), target), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http_nothing_published_says_so() =>
        Assert.Contains("publishes no port", await ProbeTrial.OnceAsync(Probe.Http(), new ProbeTarget()), StringComparison.Ordinal);

    [Fact]
    public async Task Https_takes_a_self_signed_certificate_of_another_name()
    {
        await using var server = LoopbackServer.Http(_ => "200 OK", overTls: true);

        Assert.Null(await ProbeTrial.OnceAsync(Probe.Https("/health"), new ProbeTarget(server.Port)));
    }

    [Fact]
    public async Task Http_to_a_server_that_speaks_tls_is_not_ready()
    {
        await using var server = LoopbackServer.Http(_ => "200 OK", overTls: true);

        Assert.NotNull(await ProbeTrial.OnceAsync(Probe.Http(), new ProbeTarget(server.Port)));
    }

    [Fact]
    public async Task Http_is_ready_as_soon_as_the_server_is()
    {
        var answers = new Queue<string>(["503 Starting", "503 Starting", "200 OK"]);
        await using var server = LoopbackServer.Http(_ => answers.Dequeue());

        var attempts = await ProbeTrial.WaitAsync(Probe.Http(), new ProbeTarget(server.Port));

        Assert.Equal(3, attempts.Count);
        Assert.EndsWith("answered 503", attempts[0].Reason, StringComparison.Ordinal);
    }
}
