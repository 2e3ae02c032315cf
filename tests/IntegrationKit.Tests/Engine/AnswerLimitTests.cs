using System.Net;
using IntegrationKit.Engine;
using IntegrationKit.Tests.Engine.Support;

namespace IntegrationKit.Tests.Engine;

/// <summary>An engine that does not stop talking: the reading stops, what was cut is said, and the rest is not read.</summary>
public sealed class AnswerLimitTests
{
    private const int Most = 64 * 1024 * 1024;

    private static readonly byte[] Block = [.. Enumerable.Repeat((byte)'x', 64 * 1024)];
    private long _sent;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Json_without_an_end_is_given_up()
    {
        await using var fake = new FakeEngine()
            .On("GET /containers/id/json", exchange => EndlessAsync(exchange, 200, "{\"Id\":\""))
            .On("GET /version", exchange => EndlessAsync(exchange, 200, "{\"Version\":\""));
        await using var engine = await fake.ConnectAsync();

        var inspected = await Assert.ThrowsAsync<EngineException>(() => engine.Containers.InspectAsync("id", Cancellation));
        var version = await Assert.ThrowsAsync<EngineException>(() => engine.GetVersionAsync(Cancellation));

        Assert.All([inspected, version], error => Assert.Contains("the answer is longer than 32 MiB, and the rest of it was not read", error.Message, StringComparison.Ordinal));
        Assert.InRange(_sent, 0, 2 * Most);
    }

    [Fact]
    public async Task Of_a_refusal_without_an_end_the_beginning_is_told_with_its_status()
    {
        await using var fake = new FakeEngine()
            .On("POST /containers/id/start", exchange => EndlessAsync(exchange, 500, "no: "))
            .On("GET /images/x/json", exchange => EndlessAsync(exchange, 500, "no: "));
        await using var engine = await fake.ConnectAsync();

        var started = await Assert.ThrowsAsync<EngineException>(() => engine.Containers.StartAsync("id", Cancellation));
        var inspected = await Assert.ThrowsAsync<EngineException>(() => engine.Images.InspectAsync("x", Cancellation));

        Assert.All([started, inspected], error =>
        {
            Assert.Equal(HttpStatusCode.InternalServerError, error.Status);
            Assert.StartsWith("no: xxxx", error.EngineMessage, StringComparison.Ordinal);
            Assert.EndsWith("x…", error.EngineMessage, StringComparison.Ordinal);
        });
        Assert.InRange(_sent, 0, Most);
    }

    [Fact]
    public async Task Line_of_a_pull_without_an_end_is_given_up()
    {
        await using var fake = new FakeEngine().On("POST /images/create", exchange => EndlessAsync(exchange, 200, "{\"status\":\""));
        await using var engine = await fake.ConnectAsync();

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        var error = await Assert.ThrowsAsync<EngineException>(() => engine.Images.PullAsync("x:1", progress: null, limit.Token));

        Assert.Contains("a line of the answer is longer than 1 MiB", error.Message, StringComparison.Ordinal);
        Assert.InRange(_sent, 0, Most);
    }

    [Fact]
    public async Task Output_of_a_health_check_is_cut()
    {
        const string Body = """{"Id":"id","State":{"Status":"running","Health":{"Status":"unhealthy","Log":[{"Output":"X"}]}}}""";
        var body = Body.Replace("X", new string('x', 100_000), StringComparison.Ordinal);
        await using var fake = new FakeEngine().On("GET /containers/id/json", 200, body);
        await using var engine = await fake.ConnectAsync();

        var details = await engine.Containers.InspectAsync("id", Cancellation);

        Assert.Equal(new string('x', 4096) + "… (95,904 more characters)", details!.HealthOutput);
    }

    private async Task EndlessAsync(FakeExchange exchange, int status, string begin)
    {
        await exchange.HeadAsync(status, "Content-Type: application/json", "Transfer-Encoding: chunked");
        await exchange.ChunkAsync(begin);
        while (true)
        {
            await exchange.ChunkAsync(Block);
            Interlocked.Add(ref _sent, Block.Length);
        }
    }
}
