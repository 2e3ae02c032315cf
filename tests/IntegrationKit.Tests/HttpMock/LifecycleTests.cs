using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace IntegrationKit.Tests.HttpMock;

public sealed class LifecycleTests
{
    [Fact]
    public async Task BaseAddress_is_a_free_loopback_port()
    {
        await using var first = await MockFixture.StartAsync();
        await using var second = await MockFixture.StartAsync();

        Assert.Equal($"http://127.0.0.1:{first.Mock.BaseAddress.Port}/", first.Mock.BaseAddress.ToString());
        Assert.NotEqual(first.Mock.BaseAddress, second.Mock.BaseAddress);
    }

    [Fact]
    public async Task BaseAddress_while_it_does_not_run_throws()
    {
        var mock = new ExternalServiceMock();
        var before = Assert.Throws<InvalidOperationException>(() => mock.BaseAddress);
        await using var fixture = await MockFixture.StartAsync(mock);
        await fixture.StopAsync();
        var after = Assert.Throws<InvalidOperationException>(() => mock.BaseAddress);

        Assert.Contains("BaseAddress", before.Message, StringComparison.Ordinal);
        Assert.Contains("'payments'", after.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_is_the_one_that_was_given()
    {
        var port = FreePort();

        await using var fixture = await MockFixture.StartAsync(new ExternalServiceMock { Port = port });

        Assert.Equal(port, fixture.Mock.BaseAddress.Port);
    }

    [Fact]
    public async Task Port_in_use_names_the_service_and_the_port()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var error = await Assert.ThrowsAsync<PortInUseException>(() => MockFixture.StartAsync(new ExternalServiceMock { Port = port }));

        Assert.Equal(("payments", port), (error.Service, error.Port));
        Assert.StartsWith($"Service 'payments' cannot listen on 127.0.0.1:{port}: the port is in use.", error.Message, StringComparison.Ordinal);
        Assert.Contains("leave Port unset", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_after_a_failed_one_works()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var mock = new ExternalServiceMock { Port = ((IPEndPoint)other.LocalEndpoint).Port };
        mock.When("GET", "/x").Respond(200, "here");
        await Assert.ThrowsAsync<PortInUseException>(() => MockFixture.StartAsync(mock));
        other.Stop();

        await using var fixture = await MockFixture.StartAsync(mock);

        Assert.Equal("here", await fixture.GetTextAsync("/x"));
    }

    [Fact]
    public async Task Start_with_cancelled_token_is_cancelled()
    {
        var mock = new ExternalServiceMock();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => mock.BeginStartAsync(MockFixture.CreateContext(), new CancellationToken(canceled: true)));

        Assert.Throws<InvalidOperationException>(() => mock.BaseAddress);
    }

    [Fact]
    public async Task Connection_is_kept_alive()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/x").Respond(200);
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, fixture.Mock.BaseAddress.Port, TestContext.Current.CancellationToken);
        var stream = socket.GetStream();
        var buffer = new byte[1000];

        // The second request fails where the first closed the connection, matched or not.
        foreach (var path in (string[])["/x", "/unmatched", "/x"])
        {
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"), TestContext.Current.CancellationToken);
            Assert.NotEqual(0, await stream.ReadAsync(buffer, TestContext.Current.CancellationToken));
        }

        fixture.Mock.Verify("*", "*", times: 3);
    }

    [Fact]
    public async Task Stop_closes_idle_connections_at_once()
    {
        await using var fixture = await MockFixture.StartAsync();
        using var response = await fixture.GetAsync("/x");
        using var idle = new TcpClient();
        await idle.ConnectAsync(IPAddress.Loopback, fixture.Mock.BaseAddress.Port, TestContext.Current.CancellationToken);

        var clock = Stopwatch.StartNew();
        await fixture.StopAsync();

        Assert.InRange(clock.ElapsedMilliseconds, 0, 900);
        Assert.True(await IsClosedAsync(idle));
    }

    [Fact]
    public async Task Stop_cancels_answers_that_are_under_way()
    {
        var time = new ManualTime();
        await using var fixture = await MockFixture.StartAsync(time: time);
        var entered = new TaskCompletionSource();
        fixture.Mock.When("GET", "/delayed").Respond(200).WithDelay(TimeSpan.FromHours(1));
        fixture.Mock.When("GET", "/ignores-its-token").Respond(_ =>
        {
            entered.SetResult();
            return new TaskCompletionSource<MockResponse>().Task;
        });
        var delayed = fixture.GetAsync("/delayed");
        var ignoring = fixture.GetAsync("/ignores-its-token");
        await time.NextTimerAsync(TimeSpan.FromHours(1));
        await entered.Task;

        var clock = Stopwatch.StartNew();
        await fixture.StopAsync();

        Assert.InRange(clock.ElapsedMilliseconds, 0, 900);
        await Assert.ThrowsAsync<HttpRequestException>(() => delayed);
        await Assert.ThrowsAsync<HttpRequestException>(() => ignoring);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public async Task Responders_that_block_their_threads_delay_neither_each_other_nor_the_stop(int count)
    {
        var mock = new ExternalServiceMock();
        await using var infra = await new TestInfrastructure().Register("mock", mock).StartAllAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = mock.BaseAddress };
        using var allEntered = new CountdownEvent(count);
        using var release = new ManualResetEventSlim();
        mock.When("GET", "/x").Respond(_ =>
        {
            allEntered.Signal();
            release.Wait(TimeSpan.FromSeconds(20));
            return new MockResponse();
        });
        mock.When("GET", "/other").Respond(200);

        var clock = Stopwatch.StartNew();
        var answers = Enumerable.Range(0, count).Select(_ => Record.ExceptionAsync(() => client.GetAsync("/x", TestContext.Current.CancellationToken)).AsTask()).ToArray();
        using var other = await client.GetAsync("/other", TestContext.Current.CancellationToken);
        await Task.Run(allEntered.Wait, TestContext.Current.CancellationToken);
        await infra.StopAllAsync(TestContext.Current.CancellationToken);

        Assert.InRange(clock.ElapsedMilliseconds, 0, 2_000);
        release.Set();
        Assert.All(await Task.WhenAll(answers), error => Assert.IsType<HttpRequestException>(error));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stop_ends_an_answer_that_its_client_does_not_read(bool closesItsHalf)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/big").Respond(200, new byte[50_000_000]);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, fixture.Mock.BaseAddress.Port, cancellation);
        await client.GetStream().WriteAsync("GET /big HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), cancellation);
        await client.GetStream().ReadExactlyAsync(new byte[1000], cancellation);
        if (closesItsHalf)
        {
            client.Client.Shutdown(SocketShutdown.Send);
        }

        await fixture.StopAsync().WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, cancellation);

        Assert.True(Assert.Single(fixture.Mock.Requests).IsMatched);
        Assert.Empty(fixture.Mock.ResponderFailures);
    }

    [Fact]
    public async Task Stop_keeps_the_journal_for_verification()
    {
        await using var fixture = await MockFixture.StartAsync();
        using var response = await fixture.GetAsync("/x");

        await fixture.StopAsync();

        fixture.Mock.Verify("GET", "/x", times: 1);
        var error = Assert.Throws<VerificationException>(() => fixture.Mock.Verify("GET", "/y"));
        Assert.Contains("1 request arrived:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_again_is_fresh_on_the_same_port()
    {
        var mock = new ExternalServiceMock { Port = FreePort() };
        mock.When("GET", "/x").Respond(200, "first").ThenRespond(200, "second");
        await using var fixture = await MockFixture.StartAsync(mock);
        mock.When("GET", "/test").Respond(200, "of a test");
        Assert.Equal("first", await fixture.GetTextAsync("/x"));
        Assert.Equal("of a test", await fixture.GetTextAsync("/test"));

        await fixture.StopAsync();
        mock.When("GET", "/between").Respond(200, "between");
        await fixture.StartAgainAsync();

        Assert.Empty(mock.Requests);
        Assert.Equal("first", await fixture.GetTextAsync("/x"));
        Assert.Contains("Not mocked", await fixture.GetTextAsync("/test"), StringComparison.Ordinal);
        mock.Reset();
        Assert.Equal("between", await fixture.GetTextAsync("/between"));
    }

    [Fact]
    public void Validate_names_every_mistake()
    {
        var mock = new ExternalServiceMock { Port = 70_000, UnmatchedStatus = 99, MaxRequests = 0, StartTimeout = TimeSpan.Zero };

        Assert.Equal(
            [
                "StartTimeout is 00:00:00; it must be longer than zero and at most 49 days.",
                "Port is 70000; it must be from 1 to 65535, or unset for a free one.",
                "UnmatchedStatus is 99; it must be from 200 to 599 and allow a body.",
                "MaxRequests is 0; it must be at least 1.",
            ],
            mock.FindMistakes());
        Assert.Empty(new ExternalServiceMock { Port = 1, UnmatchedStatus = 404, MaxRequests = 1 }.FindMistakes());
        Assert.Single(new ExternalServiceMock { Port = 0 }.FindMistakes());
        Assert.Single(new ExternalServiceMock { UnmatchedStatus = 204 }.FindMistakes());
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<bool> IsClosedAsync(TcpClient client)
    {
        try
        {
            return await client.GetStream().ReadAsync(new byte[1], TestContext.Current.CancellationToken) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
