using System.Net;
using System.Text.Json;
using IntegrationKit.Engine;
using IntegrationKit.Tests.Engine.Support;

namespace IntegrationKit.Tests.Engine;

public sealed class ExecTests
{
    private const string Takeover = "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Command_is_created_started_read_and_inspected()
    {
        await using var fake = Running(exchange => Taken(exchange, [.. Frames.Out("o"), .. Frames.Error("e"), .. Frames.Out("ut")]));
        await using var engine = await fake.ConnectAsync();

        var result = await engine.Containers.ExecAsync("id", ["sh", "-c", "x"], new ExecOptions
        {
            Environment = new Dictionary<string, string> { ["A"] = "b=c" },
            User = "me",
            WorkingDirectory = "/there",
        }, Cancellation);

        Assert.Equal(new CommandResult(3, "out", "e"), result);
        Assert.Equal(
            ["POST /v1.41/containers/id/exec", "POST /v1.41/exec/e1/start", "GET /v1.41/exec/e1/json"],
            fake.Requests.Skip(1).Select(request => request.ToString()));
        using var sent = JsonDocument.Parse(fake.Requests[1].Body);
        Assert.Equal("""["sh","-c","x"]""", sent.RootElement.GetProperty("Cmd").GetRawText());
        Assert.Equal("""["A=b=c"]""", sent.RootElement.GetProperty("Env").GetRawText());
        Assert.Equal(("me", "/there"), (sent.RootElement.GetProperty("User").GetString(), sent.RootElement.GetProperty("WorkingDir").GetString()));
        Assert.Equal((true, true), (sent.RootElement.GetProperty("AttachStdout").GetBoolean(), sent.RootElement.GetProperty("AttachStderr").GetBoolean()));
    }

    [Fact]
    public async Task Output_that_comes_byte_by_byte_is_read()
    {
        await using var fake = Running(exchange => Taken(exchange, [.. Frames.Out("ä€"), .. Frames.Error("😀")]), byByte: true);
        await using var engine = await fake.ConnectAsync();

        Assert.Equal(new CommandResult(3, "ä€", "😀"), await engine.Containers.ExecAsync("id", ["x"], new ExecOptions(), Cancellation));
    }

    [Fact]
    public async Task Output_longer_than_its_limit_is_read_to_its_end_and_its_middle_is_left_out()
    {
        const int Blocks = 2000;
        var block = new string('x', 16 * 1024);
        await using var fake = Running(async exchange =>
        {
            await exchange.WriteAsync(Takeover);
            await exchange.WriteAsync(Frames.Error("first"));
            var frame = Frames.Error(block);
            for (var i = 0; i < Blocks; i++)
            {
                await exchange.WriteAsync(frame);
            }

            await exchange.WriteAsync(Frames.Error("last"));
            exchange.Cut();
        });
        await using var engine = await fake.ConnectAsync();

        var result = await engine.Containers.ExecAsync("id", ["x"], new ExecOptions { OutputLimit = 1024 }, Cancellation);

        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith("firstxxx", result.Error, StringComparison.Ordinal);
        Assert.EndsWith("xxxlast", result.Error, StringComparison.Ordinal);
        Assert.Contains($"\n[… {(Blocks * block.Length) + 9 - 1024:N0} bytes of the output are left out here …]\n", result.Error, StringComparison.Ordinal);
        Assert.InRange(result.Error.Length, 1024, 1124);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(10)]
    public async Task Output_that_is_cut_inside_a_frame_is_an_error(int sent)
    {
        await using var fake = Running(exchange => Taken(exchange, Frames.Out("output")[..sent]));
        await using var engine = await fake.ConnectAsync();

        var thrown = await Assert.ThrowsAsync<EngineException>(() => engine.Containers.ExecAsync("id", ["tar", "x"], new ExecOptions(), Cancellation));

        Assert.Equal((null, "run 'tar x' in container id"), (thrown.Status, thrown.Request));
    }

    [Fact]
    public async Task Output_that_ends_before_the_command_is_an_error()
    {
        await using var fake = Running(exchange => Taken(exchange, Frames.Out("half of it")))
            .On("GET /exec/e1/json", 200, """{"ID":"e1","Running":true,"ExitCode":null}""");
        await using var engine = Skipping(fake);

        var thrown = await Assert.ThrowsAsync<EngineException>(() => engine.Containers.ExecAsync("id", ["x"], new ExecOptions(), Cancellation));

        Assert.Contains("the command still runs", thrown.EngineMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exit_code_that_the_engine_learns_a_moment_later_is_waited_for()
    {
        var asked = 0;
        await using var fake = Running(exchange => Taken(exchange, Frames.Out("all")))
            .On("GET /exec/e1/json", exchange => exchange.AnswerAsync(200, ++asked < 3
                ? """{"ID":"e1","Running":true,"ExitCode":null}"""
                : """{"ID":"e1","Running":false,"ExitCode":9}"""));
        await using var engine = Skipping(fake);

        Assert.Equal(new CommandResult(9, "all", ""), await engine.Containers.ExecAsync("id", ["x"], new ExecOptions(), Cancellation));
        Assert.Equal(3, asked);
    }

    [Theory]
    [InlineData(404, "No such container: id")]
    [InlineData(409, "container is not running")]
    public async Task Refused_command_carries_the_engines_message(int status, string words)
    {
        await using var fake = new FakeEngine().On("POST /containers/id/exec", status, $$"""{"message":"{{words}}"}""");
        await using var engine = await fake.ConnectAsync();

        var thrown = await Assert.ThrowsAsync<EngineException>(() => engine.Containers.ExecAsync("id", ["x"], new ExecOptions(), Cancellation));

        Assert.Equal(((HttpStatusCode)status, words), (thrown.Status!.Value, thrown.EngineMessage));
    }

    [Fact]
    public async Task Refused_start_carries_the_engines_message()
    {
        await using var fake = Running(exchange => exchange.AnswerAsync(400, """{"message":"exec: \"x\": not found"}"""));
        await using var engine = await fake.ConnectAsync();

        var thrown = await Assert.ThrowsAsync<EngineException>(() => engine.Containers.ExecAsync("id", ["x"], new ExecOptions(), Cancellation));

        Assert.Equal((HttpStatusCode.BadRequest, "exec: \"x\": not found"), (thrown.Status!.Value, thrown.EngineMessage));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 500 Oh\r\nContent-Length: 100\r\n\r\n{")]
    [InlineData(Takeover)]
    public async Task Cancelled_command_throws_at_once_and_closes_the_connection(string answer)
    {
        var left = new TaskCompletionSource();
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using var fake = Running(async exchange =>
        {
            await exchange.WriteAsync(answer);
            cancelled.CancelAfter(TimeSpan.FromMilliseconds(20));
            await exchange.ClientLeavesAsync();
            left.SetResult();
        });
        await using var engine = await fake.ConnectAsync();

        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            engine.Containers.ExecAsync("id", ["x"], new ExecOptions(), cancelled.Token).WaitAsync(TimeSpan.FromSeconds(20), Cancellation));

        Assert.Equal(cancelled.Token, thrown.CancellationToken);
        await left.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
    }

    private static async Task Taken(FakeExchange exchange, byte[] output)
    {
        await exchange.WriteAsync(Takeover);
        await exchange.WriteAsync(output);
        exchange.Cut();
    }

    private static FakeEngine Running(Func<FakeExchange, Task> start, bool byByte = false) => new FakeEngine { ByByte = byByte }
        .On("POST /containers/id/exec", 201, """{"Id":"e1"}""")
        .On("POST /exec/e1/start", start)
        .On("GET /exec/e1/json", 200, """{"ID":"e1","Running":false,"ExitCode":3}""");

    private static DockerEngine Skipping(FakeEngine fake)
    {
        var endpoint = new EngineEndpoint(new Uri(fake.Address), "test");
        return new DockerEngine(endpoint, new(new Version(1, 41), IsPodman: false), new EngineTransport(endpoint), new SkippingTime());
    }
}
