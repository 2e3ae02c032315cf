using System.Net;
using System.Text;

namespace IntegrationKit.Tests.HttpMock;

/// <summary>What the server refuses before a stub is looked for.</summary>
public sealed class RefusedTests
{
    [Fact]
    public async Task Long_urls_and_headers_are_answered_as_real_servers_do()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/x").WithQuery("long", new string('u', 60_000)).WithHeader("X-Long", new string('h', 100_000)).Respond(200, "both");

        using var response = await fixture.SendAsync("GET", $"/x?long={new string('u', 60_000)}", ("X-Long", new string('h', 100_000)));
        using var many = await fixture.SendAsync("GET", "/many", [.. Enumerable.Range(0, 900).Select(i => ($"X-{i}", "1"))]);

        Assert.Equal("both", await MockFixture.ReadAsync(response));
        Assert.Equal(903, fixture.Mock.Requests[1].Headers.Count + 2);
    }

    [Theory]
    [InlineData("GET /pay?x={70000} HTTP/1.1\r\nHost: x\r\n\r\n", 414, "Request line too long.", "GET", "/pay")]
    [InlineData("GET /pay/{70000} HTTP/1.1\r\nHost: x\r\n\r\n", 414, "Request line too long.", "GET", null)]
    [InlineData("POST /pay?a=1 HTTP/1.1\r\nHost: x\r\nX-Long: {140000}\r\n\r\n", 431, "Request headers too long.", "POST", "/pay")]
    [InlineData("GET /p%61y HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", 400, "Invalid request header: 'no colon", "GET", "/pay")]
    [InlineData("GET /pay HTTP/1.1\r\n\r\n", 400, "missing Host header", "GET", "/pay")]
    [InlineData("GET /pay HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400, "Invalid content length: x", "GET", "/pay")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "HTTP/2.0", "PRI", "*")]
    [InlineData("nonsense\r\n\r\n", 400, "Invalid request line: 'nonsense", "", "")]
    [InlineData("\u0016\u0003\u0001\u0000\u00c8\u0001\u0000\u0000\u00c4\u0003\u0003", 400, "TLS", "", "")]
    public async Task Refused_request_is_in_the_journal_the_log_and_the_message_with_its_reason(string sent, int status, string reason, string method, string? path)
    {
        var logger = new RecordingLogger();
        await using var fixture = await MockFixture.StartAsync(logger: logger);

        await RawHttp.SendAsync(fixture.Mock.BaseAddress, Fill(sent));

        var request = Assert.Single(fixture.Mock.Requests);
        Assert.StartsWith($"{status} ", request.Refusal, StringComparison.Ordinal);
        Assert.Contains(reason, request.Refusal, StringComparison.Ordinal);
        Assert.Equal((method, false), (request.Method, request.IsMatched));
        if (path is null)
        {
            Assert.EndsWith("zzz…", request.Path, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(path, request.Path);
        }

        var error = Assert.Throws<VerificationException>(() => fixture.Mock.Verify("PUT", "/pay"));
        Assert.Contains("1 request arrived:", error.Message, StringComparison.Ordinal);
        Assert.Contains($"[refused: {status} ", error.Message, StringComparison.Ordinal);
        Assert.All(error.Message.Split('\n'), line => Assert.InRange(line.Length, 0, 500));
        Assert.Contains(logger.Entries, entry => entry.EventId == 63 && entry.Message.Contains(reason, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nzz\r\n", "Bad chunk size data.")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n1\r\nabc", "Bad chunk suffix.")]
    public async Task Request_whose_body_cannot_be_read_is_told_to_the_client_and_noted_once(string sent, string reason)
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("POST", "/x").Respond(200);

        var answer = await RawHttp.SendAsync(fixture.Mock.BaseAddress, "POST /x?a=1 HTTP/1.1\r\nHost: x\r\nX-Kept: 1\r\n" + sent);

        var request = Assert.Single(fixture.Mock.Requests);
        Assert.Equal($"400 {reason}", request.Refusal);
        Assert.Equal(("POST", "/x", "1", false), (request.Method, request.Path, request.Headers["X-Kept"].ToString(), request.IsMatched));
        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains($$"""{"error":"The request cannot be read","reason":"{{reason}}"}""", answer, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task Request_whose_body_ends_too_early_is_noted()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("POST", "/x").Respond(200);

        await RawHttp.SendAndCloseAsync(fixture.Mock.BaseAddress, "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
        while (fixture.Mock.Requests.Count == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Equal(("/x", "400 Unexpected end of request content."), (Assert.Single(fixture.Mock.Requests).Path, fixture.Mock.Requests[0].Refusal));
    }

    [Fact]
    public async Task Refused_request_is_known_apart_from_those_before_it_on_its_connection()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("POST", "/first/{i}").Respond(200);
        var first = string.Concat(Enumerable.Range(0, 3).Select(i => $"POST /first/{i} HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"));

        await RawHttp.SendAsync(fixture.Mock.BaseAddress, $"{first}GET /second HTTP/1.1\r\nHost: x\r\nbad\r\n\r\n");

        Assert.Equal(
            [("/first/0", null), ("/first/1", null), ("/first/2", null), ("/second", "400")],
            fixture.Mock.Requests.Select(request => (request.Path, request.Refusal?[..3])));
    }

    [Fact]
    public async Task Refused_request_counts_where_its_path_is_known()
    {
        await using var fixture = await MockFixture.StartAsync();

        await RawHttp.SendAsync(fixture.Mock.BaseAddress, "GET /pay?a=1 HTTP/1.1\r\nHost: x\r\nbad\r\n\r\n");

        fixture.Mock.Verify("GET", "/pay?a=1");
        Assert.Throws<VerificationException>(() => fixture.Mock.VerifyNever("GET", "/pay"));
    }

    [Fact]
    public async Task Unmatched_long_url_is_explained_in_short()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", $"/{new string('b', 60_000)}").Respond(200);

        using var response = await fixture.GetAsync($"/{new string('a', 30_000)}?secret={new string('b', 30_000)}");
        var path = (await MockFixture.ReadJsonAsync(response)).GetProperty("path").GetString()!;

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.InRange(path.Length, 100, 400);
        Assert.InRange(fixture.Mock.Requests[0].ToString().Length, 100, 400);
    }

    private static string Fill(string sent)
    {
        var text = new StringBuilder(sent);
        foreach (var count in (int[])[70_000, 140_000])
        {
            text.Replace($"{{{count}}}", new string('z', count));
        }

        return text.ToString();
    }
}
