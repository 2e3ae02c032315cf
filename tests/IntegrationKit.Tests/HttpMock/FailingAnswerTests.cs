using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.Tests.HttpMock;

public sealed class FailingAnswerTests
{
    [Fact]
    public async Task Responder_that_throws_is_reported_to_the_client_kept_and_logged()
    {
        var logger = new RecordingLogger();
        await using var fixture = await MockFixture.StartAsync(logger: logger);
        fixture.Mock.When("GET", "/x").Respond(_ => throw new InvalidOperationException("no such card"));

        using var response = await fixture.GetAsync("/x");
        var body = await MockFixture.ReadJsonAsync(response);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("The stub's responder threw", body.GetProperty("error").GetString());
        Assert.Equal("GET /x", body.GetProperty("stub").GetString());
        Assert.Equal("InvalidOperationException: no such card", body.GetProperty("exception").GetString());
        var failure = Assert.Single(fixture.Mock.ResponderFailures);
        Assert.Equal("/x", failure.Request.Path);
        Assert.Equal("no such card", failure.Exception.Message);
        var entry = Assert.Single(logger.Entries, e => e.EventId == 61);
        Assert.Equal((LogLevel.Error, "payments: the responder of GET /x threw"), (entry.Level, entry.Message));
        Assert.Same(failure.Exception, entry.Exception);
    }

    [Fact]
    public async Task Responder_that_throws_is_shown_by_a_failing_verification()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/x").Respond(async _ =>
        {
            await Task.Yield();
            throw new InvalidOperationException("no such card");
        });
        using var response = await fixture.GetAsync("/x");

        var error = Assert.Throws<VerificationException>(() => fixture.Mock.Verify("GET", "/x", times: 2));

        Assert.Contains("The responder threw at GET /x: InvalidOperationException: no such card", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Responder_that_returns_null_is_a_failure()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/x").Respond(MockResponse (_) => null!);

        using var response = await fixture.GetAsync("/x");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains("The responder returned null.", await MockFixture.ReadAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stub_without_answer_says_so()
    {
        var logger = new RecordingLogger();
        await using var fixture = await MockFixture.StartAsync(new ExternalServiceMock { UnmatchedStatus = 404 }, logger: logger);
        fixture.Mock.When("GET", "/x").WithQuery("a", "1");

        using var response = await fixture.GetAsync("/x?a=1");
        var body = await MockFixture.ReadJsonAsync(response);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("The stub has no answer", body.GetProperty("error").GetString());
        Assert.Equal("GET /x (query a=1)", body.GetProperty("stub").GetString());
        Assert.False(Assert.Single(fixture.Mock.Requests).IsMatched);
        Assert.Contains(logger.Entries, e => e.EventId == 62);
    }

    [Fact]
    public async Task Stub_without_answer_leaves_the_request_to_an_older_one_that_has_one()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/x").Respond(200, "older");
        fixture.Mock.When("GET", "/x");

        Assert.Equal("older", await fixture.GetTextAsync("/x"));
    }

    [Fact]
    public async Task DropConnection_resets_the_connection()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/x").DropConnection();

        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, fixture.Mock.BaseAddress.Port, TestContext.Current.CancellationToken);
        var stream = socket.GetStream();
        await stream.WriteAsync("GET /x HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);

        var error = await Assert.ThrowsAsync<IOException>(() => stream.ReadAsync(new byte[1], TestContext.Current.CancellationToken).AsTask());
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(error.InnerException).SocketErrorCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => fixture.GetAsync("/x"));
        fixture.Mock.Verify("GET", "/x", times: 2);
    }

    [Fact]
    public async Task DropConnection_then_answer_serves_a_client_that_tries_again()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/x").DropConnection().ThenRespond(200, "second");

        await Assert.ThrowsAsync<HttpRequestException>(() => fixture.GetAsync("/x"));

        Assert.Equal("second", await fixture.GetTextAsync("/x"));
    }
}
