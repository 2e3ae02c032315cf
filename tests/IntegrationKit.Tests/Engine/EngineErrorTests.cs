using System.Diagnostics;
using System.Net;
using IntegrationKit.Engine;
using IntegrationKit.Tests.Engine.Support;

namespace IntegrationKit.Tests.Engine;

public sealed class EngineErrorTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(404, """{"message":"No such container: id"}""", "application/json", "No such container: id")]
    [InlineData(409, "{\"message\":\"busy\"}\n", "application/json", "busy")]
    [InlineData(500, """{"message":"a \u00e4 \"quote\""}""", "application/json", "a ä \"quote\"")]
    [InlineData(503, "  try later\n", "text/plain", "try later")]
    [InlineData(502, "<html>Bad Gateway</html>", "text/html", "<html>Bad Gateway</html>")]
    [InlineData(500, """{"message":7}""", "application/json", """{"message":7}""")]
    [InlineData(500, """{"message":"cut""", "application/json", """{"message":"cut""")]
    [InlineData(500, "", "application/json", "(no message)")]
    public async Task Refusal_carries_status_message_and_request(int status, string body, string contentType, string words)
    {
        await using var fake = new FakeEngine().On("POST /containers/id/start", status, body, contentType);
        await using var engine = await fake.ConnectAsync();

        var thrown = await Assert.ThrowsAsync<EngineException>(() => engine.Containers.StartAsync("id", Cancellation));

        Assert.Equal((HttpStatusCode)status, thrown.Status);
        Assert.Equal((words, "start container id"), (thrown.EngineMessage, thrown.Request));
        Assert.Equal($"The container engine refused to start container id (HTTP {status}): {words}", thrown.Message);
    }

    [Fact]
    public async Task Long_body_of_a_refusal_is_shortened()
    {
        await using var fake = new FakeEngine().On("POST /containers/id/start", 500, new string('x', 100_000), "text/plain");
        await using var engine = await fake.ConnectAsync();

        var thrown = await Assert.ThrowsAsync<EngineException>(() => engine.Containers.StartAsync("id", Cancellation));

        Assert.Equal(new string('x', 2000) + "…", thrown.EngineMessage);
    }

    public static TheoryData<string> BrokenAnswers => new(
        "",
        "HTTP/1.1 200 O",
        "HTTP/1.1 200 OK\r\nContent-Type: appl",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"Id\":\"id\",",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"Id\":\"id\"}",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"Id",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\nnope",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\nnull",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 500 Oh\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"mess",
        "no HTTP at all\r\n\r\n");

    [Theory]
    [MemberData(nameof(BrokenAnswers))]
    public async Task Answer_that_breaks_off_or_is_malformed_is_an_error_without_status(string answer)
    {
        await using var fake = new FakeEngine().On("GET /containers/id/json", async exchange =>
        {
            await exchange.WriteAsync(answer);
            exchange.Cut();
        });
        await using var engine = await fake.ConnectAsync();

        var thrown = await Assert.ThrowsAsync<EngineException>(() => engine.Containers.InspectAsync("id", Cancellation));

        Assert.Null(thrown.Status);
        Assert.StartsWith("The container engine's answer to 'inspect container id' was cut off: ", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_that_comes_byte_by_byte_is_read()
    {
        await using var fake = new FakeEngine { ByByte = true }.On("GET /version", 200, """{"Version":"20.10.24","ApiVersion":"1.41","MinAPIVersion":"1.12","Os":"linux","Arch":"amd64","Unknown":[{}]}""");
        await using var engine = await fake.ConnectAsync();

        Assert.Equal(new EngineVersion("20.10.24", "1.41", "1.12", "linux", "amd64"), await engine.GetVersionAsync(Cancellation));
    }

    [Fact]
    public async Task Engine_that_is_gone_is_named_with_its_endpoint()
    {
        var fake = new FakeEngine();
        await using var engine = await fake.ConnectAsync();
        await fake.DisposeAsync();

        var thrown = await Assert.ThrowsAsync<EngineException>(() => engine.GetVersionAsync(Cancellation));
        var exec = await Assert.ThrowsAsync<EngineException>(() => engine.Containers.ExecAsync("id", ["true"], new ExecOptions(), Cancellation));

        Assert.All([thrown, exec], gone =>
        {
            Assert.Null(gone.Status);
            Assert.Equal($"the engine at {fake.Address} stopped answering (no such socket)", gone.EngineMessage);
        });
    }

    [Fact]
    public async Task Slow_answer_is_waited_for()
    {
        var released = new TaskCompletionSource();
        await using var fake = new FakeEngine().On("POST /networks/create", async exchange =>
        {
            await exchange.BeginChunksAsync();
            await released.Task;
            await exchange.ChunkAsync("""{"I""");
            await exchange.ChunkAsync("""d":"n1"}""");
            await exchange.EndChunksAsync();
        });
        await using var engine = await fake.ConnectAsync();

        var creating = engine.Networks.CreateAsync("net", new Dictionary<string, string>(), Cancellation);
        Assert.False(creating.IsCompleted);
        released.SetResult();

        Assert.Equal("n1", await creating);
    }

    public static TheoryData<string> Stalls => new(
        "",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
        "HTTP/1.1 500 Oh\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{");

    [Theory]
    [MemberData(nameof(Stalls))]
    public async Task Cancellation_is_honoured_at_once_wherever_the_answer_stalls(string answer)
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var left = new TaskCompletionSource();
        async Task StallAsync(FakeExchange exchange)
        {
            await exchange.WriteAsync(answer);
            cancelled.CancelAfter(TimeSpan.FromMilliseconds(20));
            await exchange.ClientLeavesAsync();
            left.TrySetResult();
        }

        await using var fake = new FakeEngine().On("GET /containers/id/json", StallAsync).On("GET /events", StallAsync);
        await using var engine = await fake.ConnectAsync();
        var watch = Stopwatch.StartNew();

        var call = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.Containers.InspectAsync("id", cancelled.Token));
        var already = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.FollowEventsAsync("a=b", cancelled.Token));
        await left.Task;

        Assert.All([call, already], thrown => Assert.Equal(cancelled.Token, thrown.CancellationToken));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2));
        Assert.DoesNotContain(fake.Requests, request => request.Path == "/events");
    }

    [Fact]
    public async Task Cancellation_is_honoured_while_the_body_of_a_streams_refusal_stalls()
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using var fake = new FakeEngine().On("GET /events", async exchange =>
        {
            await exchange.WriteAsync("HTTP/1.1 500 Oh\r\nContent-Length: 100\r\n\r\n{");
            await cancelled.CancelAsync();
            await exchange.ClientLeavesAsync();
        });
        await using var engine = await fake.ConnectAsync();

        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.FollowEventsAsync("a=b", cancelled.Token)
            .WaitAsync(TimeSpan.FromSeconds(20), Cancellation));

        Assert.Equal(cancelled.Token, thrown.CancellationToken);
    }

    [Fact]
    public async Task Many_open_streams_do_not_hold_up_a_call()
    {
        await using var fake = new FakeEngine().On("GET /events", async exchange =>
        {
            await exchange.BeginChunksAsync();
            await exchange.ClientLeavesAsync();
        });
        await using var engine = await fake.ConnectAsync();
        var streams = new List<IEngineEventStream>();
        for (var i = 0; i < 12; i++)
        {
            streams.Add(await engine.FollowEventsAsync("a=b", Cancellation));
        }

        await engine.Containers.RemoveAsync("gone", Cancellation).WaitAsync(TimeSpan.FromSeconds(20), Cancellation);

        foreach (var stream in streams)
        {
            await stream.DisposeAsync();
        }
    }
}
