using IntegrationKit.Engine;
using IntegrationKit.Tests.Engine.Support;

namespace IntegrationKit.Tests.Engine;

public sealed class LogTests
{
    private const string Multiplexed = "application/vnd.docker.multiplexed-stream";
    private const string Raw = "application/vnd.docker.raw-stream";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Streams_are_told_apart_whatever_the_frames()
    {
        await using var fake = With(Multiplexed,
            [.. Frames.Out("o"), .. Frames.Error("bad "), .. Frames.Out("ne\r\ntwo\n"), .. Frames.Of(1, []), .. Frames.Error("thing\n"), .. Frames.Out("three")]);

        Assert.Equal(
            [new("one", false), new("two", false), new("bad thing", true), new LogLine("three", false)], await ReadAsync(fake));
    }

    [Fact]
    public async Task Character_that_is_split_over_frames_and_streams_is_whole()
    {
        var euro = "€"u8.ToArray();
        await using var fake = With(Multiplexed,
            [.. Frames.Of(1, euro.AsSpan(0, 1)), .. Frames.Of(2, euro.AsSpan(0, 2)), .. Frames.Of(1, euro.AsSpan(1)), .. Frames.Of(2, euro.AsSpan(2)), .. Frames.Out("\n"), .. Frames.Error("!\n")]);

        Assert.Equal([new("€", false), new LogLine("€!", true)], await ReadAsync(fake));
    }

    [Fact]
    public async Task Log_that_comes_byte_by_byte_and_chunk_by_chunk_is_read()
    {
        byte[] bytes = [.. Frames.Out("one\ntw"), .. Frames.Error("err\n"), .. Frames.Out("o ä\n")];
        await using var fake = new FakeEngine { ByByte = true }.On("GET /containers/id/json", 200, Inspect(tty: false))
            .On("GET /containers/id/logs", async exchange =>
            {
                await exchange.BeginChunksAsync(Multiplexed);
                foreach (var one in bytes)
                {
                    await exchange.ChunkAsync(new[] { one });
                }

                await exchange.EndChunksAsync();
            });

        Assert.Equal([new("one", false), new("err", true), new LogLine("two ä", false)], await ReadAsync(fake));
    }

    [Fact]
    public async Task Terminal_has_a_raw_stream()
    {
        await using var fake = With(Raw, "one\r\ntwo\r\n\u0001\u0000"u8.ToArray(), tty: true);

        Assert.Equal([new("one", false), new("two", false), new LogLine("\u0001\u0000", false)], await ReadAsync(fake));
    }

    [Fact]
    public async Task Query_reaches_the_engine()
    {
        await using var fake = With(Multiplexed, []);
        await using var engine = await fake.ConnectAsync();
        var since = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000).AddTicks(1_234_567);

        await foreach (var line in engine.Containers.ReadLogsAsync("id", new LogQuery { Follow = true, Tail = 0, Since = since }, Cancellation))
        {
        }

        var query = fake.Requests[^1].Query.Split('&').Order();
        Assert.Equal(["follow=1", "since=1700000000.123456700", "stderr=1", "stdout=1", "tail=0"], query);
        Assert.Equal(["GET /_ping", "GET /v1.41/containers/id/json", "GET /v1.41/containers/id/logs"], fake.Requests.Select(r => r.ToString()));
    }

    public static TheoryData<byte[], string> Malformed => new()
    {
        { [7, 0, 0, 0, 0, 0, 0, 1, 65], "7" },
        { [1, 0, 0], "end of the stream" },
        { Frames.Out("cut here")[..12], "end of the stream" },
        { [1, 0, 0, 0, 255, 255, 255, 255, 65], "4294967295" },
        { "HTTP error page"u8.ToArray(), "72" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task Malformed_frame_is_an_error_after_the_lines_before_it(byte[] bytes, string words)
    {
        await using var fake = With(Multiplexed, [.. Frames.Out("fine\n"), .. bytes]);
        var lines = new List<LogLine>();

        var thrown = await Assert.ThrowsAsync<EngineException>(() => ReadAsync(fake, lines));

        Assert.Equal([new LogLine("fine", false)], lines);
        Assert.Equal((null, "read the log of container id"), (thrown.Status, thrown.Request));
        Assert.Contains(words, thrown.EngineMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(10)]
    [InlineData(13)]
    public async Task Connection_that_breaks_anywhere_is_an_error(int sent)
    {
        await using var fake = new FakeEngine().On("GET /containers/id/json", 200, Inspect(tty: false))
            .On("GET /containers/id/logs", async exchange =>
            {
                await exchange.BeginChunksAsync(Multiplexed);
                if (sent > 0)
                {
                    await exchange.ChunkAsync(Frames.Out("line\n").AsMemory(0, sent));
                }

                exchange.Cut();
            });

        var thrown = await Assert.ThrowsAsync<EngineException>(() => ReadAsync(fake));

        Assert.Null(thrown.Status);
    }

    [Fact]
    public async Task Missing_container_is_refused()
    {
        await using var fake = new FakeEngine().On("GET /containers/id/json", 404, """{"message":"No such container: id"}""");

        var thrown = await Assert.ThrowsAsync<EngineException>(() => ReadAsync(fake));

        Assert.Equal((System.Net.HttpStatusCode.NotFound, "No such container: id"), (thrown.Status!.Value, thrown.EngineMessage));
    }

    [Fact]
    public async Task Reader_that_stops_closes_the_connection()
    {
        var left = new TaskCompletionSource();
        await using var fake = Following(left);
        await using var engine = await fake.ConnectAsync();

        await foreach (var line in engine.Containers.ReadLogsAsync("id", new LogQuery { Follow = true }, Cancellation))
        {
            Assert.Equal("first", line.Text);
            break;
        }

        await left.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
    }

    [Fact]
    public async Task Cancelled_follow_throws_at_once_and_closes_the_connection()
    {
        var left = new TaskCompletionSource();
        await using var fake = Following(left);
        await using var engine = await fake.ConnectAsync();
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var line in engine.Containers.ReadLogsAsync("id", new LogQuery { Follow = true }, cancelled.Token))
            {
                cancelled.CancelAfter(TimeSpan.FromMilliseconds(20));
            }
        });

        Assert.Equal(cancelled.Token, thrown.CancellationToken);
        await left.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
    }

    private static FakeEngine Following(TaskCompletionSource left) => new FakeEngine()
        .On("GET /containers/id/json", 200, Inspect(tty: false))
        .On("GET /containers/id/logs", async exchange =>
        {
            await exchange.BeginChunksAsync(Multiplexed);
            await exchange.ChunkAsync(Frames.Out("first\n"));
            await exchange.ClientLeavesAsync();
            left.SetResult();
        });

    private static FakeEngine With(string contentType, byte[] log, bool tty = false) => new FakeEngine()
        .On("GET /containers/id/json", 200, Inspect(tty))
        .On("GET /containers/id/logs", async exchange =>
        {
            await exchange.BeginChunksAsync(contentType);
            if (log.Length > 0)
            {
                await exchange.ChunkAsync(log);
            }

            await exchange.EndChunksAsync();
        });

    private static string Inspect(bool tty) => $$"""{"Id":"id","State":{"Status":"running"},"Config":{"Tty":{{(tty ? "true" : "false")}} } }""";

    private static Task<List<LogLine>> ReadAsync(FakeEngine fake) => ReadAsync(fake, []);

    private static async Task<List<LogLine>> ReadAsync(FakeEngine fake, List<LogLine> lines)
    {
        await using var engine = await fake.ConnectAsync();
        await foreach (var line in engine.Containers.ReadLogsAsync("id", new LogQuery(), Cancellation))
        {
            lines.Add(line);
        }

        return lines;
    }
}
