using IntegrationKit.Engine;
using IntegrationKit.Tests.Engine.Support;

namespace IntegrationKit.Tests.Engine;

public sealed class EventTests
{
    private const string Created = """{"status":"create","id":"c1","Type":"container","Action":"create","Actor":{"ID":"c1","Attributes":{"name":"a"}},"time":1700000000,"timeNano":1700000000123456789}""";
    private const string Died = """{"Type":"container","Action":"die","Actor":{"ID":"c1","Attributes":{"exitCode":"137","name":"{\"}"}},"scope":"local","timeNano":1700000001000000000}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Follow_returns_with_the_headers_and_shows_what_happens_afterwards()
    {
        var happen = new TaskCompletionSource();
        await using var fake = new FakeEngine().On("GET /events", async exchange =>
        {
            await exchange.BeginChunksAsync();
            await happen.Task;
            await exchange.ChunkAsync(Created + "\n");
            await exchange.ChunkAsync(Died + "\n");
            await exchange.ClientLeavesAsync();
        });
        await using var engine = await fake.ConnectAsync();
        await using var events = await engine.FollowEventsAsync("a=b", Cancellation);
        happen.SetResult();

        var seen = await TakeAsync(events, 2);

        Assert.Equal(
            [
                new("create", "c1", null, DateTimeOffset.FromUnixTimeSeconds(1_700_000_000).AddTicks(1_234_567)),
                new EngineEvent("die", "c1", 137, DateTimeOffset.FromUnixTimeSeconds(1_700_000_001)),
            ],
            seen);
        var query = fake.Requests[^1].Query.Split('&');
        Assert.Equal("""filters={"type":{"container":true},"label":{"a=b":true}}""", query[1]);
        Assert.StartsWith("since=", query[0], StringComparison.Ordinal);
        var since = double.Parse(query[0]["since=".Length..], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - since, -1, 60);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("\r\n \n")]
    public async Task Events_are_the_same_however_their_bytes_arrive(string between)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(between + Created + between + Died + between);
        for (var size = 1; size <= bytes.Length; size += 1 + (size / 8))
        {
            var reader = new EventReader(new SlowStream(bytes, size));

            Assert.Equal("create", (await reader.ReadAsync(Cancellation)).Action);
            Assert.Equal(("die", 137), ((await reader.ReadAsync(Cancellation)) is var died ? (died.Action, died.ExitCode) : default));
            await Assert.ThrowsAsync<EndOfStreamException>(() => reader.ReadAsync(Cancellation));
        }
    }

    [Fact]
    public async Task Many_events_in_one_chunk_and_one_in_many_are_read()
    {
        await using var fake = new FakeEngine { ByByte = true }.On("GET /events", async exchange =>
        {
            await exchange.BeginChunksAsync();
            await exchange.ChunkAsync(Created + Died + "\n" + Created[..40]);
            await exchange.ChunkAsync(Created[40..41]);
            await exchange.ChunkAsync(Created[41..]);
            await exchange.ClientLeavesAsync();
        });
        await using var engine = await fake.ConnectAsync();
        await using var events = await engine.FollowEventsAsync("a=b", Cancellation);

        Assert.Equal(["create", "die", "create"], (await TakeAsync(events, 3)).Select(happened => happened.Action));
    }

    [Theory]
    [InlineData("", false, "ended prematurely")]
    [InlineData("", true, "the stream of events ended")]
    [InlineData("{\"Type\":\"cont", false, "ended prematurely")]
    [InlineData("{\"Type\":\"cont", true, "the stream of events ended")]
    [InlineData("nonsense\n", false, "invalid")]
    [InlineData("{}\n", false, "no Action")]
    [InlineData("[1]\n", false, "no Action")]
    [InlineData("{\"Action\":\"die\",\"Actor\":7}\n", false, "no Actor.ID")]
    public async Task Stream_that_ends_or_makes_no_sense_is_an_error_after_the_events_before_it(string rest, bool cleanEnd, string words)
    {
        await using var fake = new FakeEngine().On("GET /events", async exchange =>
        {
            await exchange.BeginChunksAsync();
            await exchange.ChunkAsync(Created + "\n" + rest);
            if (cleanEnd)
            {
                await exchange.EndChunksAsync();
            }

            exchange.Cut();
        });
        await using var engine = await fake.ConnectAsync();
        await using var events = await engine.FollowEventsAsync("a=b", Cancellation);
        var seen = new List<EngineEvent>();

        var thrown = await Assert.ThrowsAsync<EngineException>(async () =>
        {
            await foreach (var happened in events.WithCancellation(Cancellation))
            {
                seen.Add(happened);
            }
        });

        Assert.Single(seen);
        Assert.Equal((null, "follow its events"), (thrown.Status, thrown.Request));
        Assert.Contains(words, thrown.EngineMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Event_without_end_is_an_error_before_it_uses_up_the_memory()
    {
        await using var fake = new FakeEngine().On("GET /events", async exchange =>
        {
            await exchange.BeginChunksAsync();
            await exchange.ChunkAsync("{\"Action\":\"" + new string('x', 3 * 1024 * 1024));
            await exchange.ClientLeavesAsync();
        });
        await using var engine = await fake.ConnectAsync();
        await using var events = await engine.FollowEventsAsync("a=b", Cancellation);

        var thrown = await Assert.ThrowsAsync<EngineException>(() =>
            TakeAsync(events, 1).WaitAsync(TimeSpan.FromSeconds(20), Cancellation));

        Assert.Contains("longer than 1 MiB", thrown.EngineMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_follow_throws_before_there_is_a_stream()
    {
        await using var fake = new FakeEngine().On("GET /events", 400, """{"message":"bad filter"}""");
        await using var engine = await fake.ConnectAsync();

        var thrown = await Assert.ThrowsAsync<EngineException>(() => engine.FollowEventsAsync("a=b", Cancellation));

        Assert.Equal("bad filter", thrown.EngineMessage);
    }

    [Fact]
    public async Task Disposal_ends_the_reading_quietly_and_closes_the_connection()
    {
        var left = new TaskCompletionSource();
        await using var fake = Silent(left);
        await using var engine = await fake.ConnectAsync();
        var events = await engine.FollowEventsAsync("a=b", Cancellation);
        var reading = TakeAsync(events, 2);

        await events.DisposeAsync();
        await events.DisposeAsync();

        Assert.InRange((await reading.WaitAsync(TimeSpan.FromSeconds(20), Cancellation)).Count, 0, 1);
        await left.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
    }

    [Fact]
    public async Task Reading_after_disposal_ends_at_once()
    {
        await using var fake = Silent(new TaskCompletionSource());
        await using var engine = await fake.ConnectAsync();
        var events = await engine.FollowEventsAsync("a=b", Cancellation);
        await events.DisposeAsync();

        Assert.Empty(await TakeAsync(events, 1));
    }

    [Fact]
    public async Task Token_of_the_follow_ends_with_the_headers()
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var happen = new TaskCompletionSource();
        await using var fake = new FakeEngine().On("GET /events", async exchange =>
        {
            await exchange.BeginChunksAsync();
            await happen.Task;
            await exchange.ChunkAsync(Created);
            await exchange.ClientLeavesAsync();
        });
        await using var engine = await fake.ConnectAsync();
        await using var events = await engine.FollowEventsAsync("a=b", cancelled.Token);

        await cancelled.CancelAsync();
        happen.SetResult();

        Assert.Single(await TakeAsync(events, 1));
    }

    [Fact]
    public async Task Cancelled_reading_throws_with_the_callers_token()
    {
        await using var fake = Silent(new TaskCompletionSource());
        await using var engine = await fake.ConnectAsync();
        await using var events = await engine.FollowEventsAsync("a=b", Cancellation);
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var happened in events.WithCancellation(cancelled.Token))
            {
                cancelled.CancelAfter(TimeSpan.FromMilliseconds(20));
            }
        });

        Assert.Equal(cancelled.Token, thrown.CancellationToken);
    }

    private static FakeEngine Silent(TaskCompletionSource left) => new FakeEngine().On("GET /events", async exchange =>
    {
        try
        {
            await exchange.BeginChunksAsync();
            await exchange.ChunkAsync(Created);
            await exchange.ClientLeavesAsync();
        }
        finally
        {
            // Also where the client has left before everything was written.
            left.SetResult();
        }
    });

    private static async Task<List<EngineEvent>> TakeAsync(IEngineEventStream events, int count)
    {
        var seen = new List<EngineEvent>();
        await foreach (var happened in events.WithCancellation(Cancellation))
        {
            seen.Add(happened);
            if (seen.Count == count)
            {
                break;
            }
        }

        return seen;
    }

    /// <summary>Gives no more than so many bytes at a time.</summary>
    private sealed class SlowStream(byte[] bytes, int atOnce) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, atOnce)], cancellationToken);
    }
}
