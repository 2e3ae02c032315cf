using IntegrationKit.Engine;
using IntegrationKit.Ownership;
using IntegrationKit.Tests.Engine.Support;

namespace IntegrationKit.Tests.Ownership;

/// <summary>What happens to the session's things at the end of the process, and what the watchdog is told of it.</summary>
public sealed class SessionGuardTests : IAsyncDisposable
{
    private static readonly string[] NotStopped = ["watch"];
    private static readonly string[] Stopped = ["watch", "stopped"];

    private readonly RecordingWatchdog _watchdog = new();
    private readonly FakeEngine _fake = new();
    private readonly SessionGuard _guard;

    public SessionGuardTests() => _guard = new(_watchdog.Client);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _watchdog.DisposeAsync();
        await _fake.DisposeAsync();
    }

    [Fact]
    public async Task Process_that_has_made_nothing_asks_nothing_and_stops_the_watchdog()
    {
        await using var engine = await AttachAsync();

        _guard.End();

        Assert.Equal(Stopped, await _watchdog.ToldAsync());
        Assert.Single(_fake.Requests);
    }

    [Fact]
    public async Task Exit_removes_what_was_made_and_stops_the_watchdog()
    {
        _fake.On("DELETE /containers/one", exchange => exchange.HeadAsync(204));
        await using var engine = await AttachAsync();
        _guard.Ledger.Intend(ResourceType.Container, "one");
        _guard.Ledger.Confirm("one");

        _guard.End();

        Assert.Equal(Stopped, await _watchdog.ToldAsync());
        Assert.Equal("DELETE /v1.41/containers/one", _fake.Requests[^1].ToString());
    }

    [Fact]
    public async Task Exit_while_a_create_is_unanswered_leaves_the_watchdog_at_work()
    {
        var arrived = new TaskCompletionSource();
        _fake.On("POST /containers/create", async exchange =>
        {
            arrived.SetResult();
            await exchange.ClientLeavesAsync();
        });
        await using var engine = await AttachAsync();
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var creating = CreateAsync(engine, "one", cancelled.Token);
        await arrived.Task;

        _guard.End();

        Assert.Equal(NotStopped, await _watchdog.ToldAsync());
        Assert.Equal("DELETE /v1.41/containers/one", _fake.Requests[^1].ToString());
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => creating);
    }

    [Fact]
    public async Task Exit_after_a_create_without_an_answer_leaves_the_watchdog_at_work()
    {
        _fake.On("POST /containers/create", exchange =>
        {
            exchange.Cut();
            return Task.CompletedTask;
        });
        await using var engine = await AttachAsync();
        Assert.Null((await Assert.ThrowsAsync<EngineException>(() => CreateAsync(engine, "one", Cancellation))).Status);

        _guard.End();

        Assert.Equal(NotStopped, await _watchdog.ToldAsync());
    }

    [Fact]
    public async Task Exit_after_a_refused_create_stops_the_watchdog()
    {
        _fake.On("POST /containers/create", 404, """{"message":"No such image: none"}""");
        await using var engine = await AttachAsync();
        await Assert.ThrowsAsync<EngineException>(() => CreateAsync(engine, "one", Cancellation));
        _guard.Ledger.Remove("one");

        _guard.End();

        Assert.Equal(Stopped, await _watchdog.ToldAsync());
    }

    [Fact]
    public async Task Exit_leaves_to_the_watchdog_what_the_engine_does_not_remove()
    {
        _fake.On("DELETE /containers/one", 500, """{"message":"try later"}""");
        await using var engine = await AttachAsync();
        _guard.Ledger.Intend(ResourceType.Container, "one");
        _guard.Ledger.Confirm("one");

        _guard.End();

        Assert.Equal(NotStopped, await _watchdog.ToldAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Watchdog_stays_at_work_while_a_claim_is_open(bool isOver)
    {
        _fake.On("GET /containers/json", 200, """[{"Id":"c1"}]""").On("DELETE /containers/c1", exchange => exchange.HeadAsync(204));
        await using var engine = await AttachAsync();
        _guard.Ledger.Claim("kafka");
        if (isOver)
        {
            _guard.Ledger.Withdraw("kafka");
        }

        _guard.End();

        Assert.Equal(isOver ? Stopped : NotStopped, await _watchdog.ToldAsync());
        Assert.Equal(!isOver, _fake.Requests.Any(request => request.Method == "DELETE"));
    }

    [Fact]
    public async Task Nothing_more_is_made_when_the_watchdog_has_been_stopped()
    {
        await using var engine = await AttachAsync();

        _guard.End();

        await Assert.ThrowsAsync<IntegrationKitException>(() => CreateAsync(engine, "one", Cancellation));
        Assert.Single(_fake.Requests);
    }

    private async Task<IContainerEngine> AttachAsync()
    {
        var engine = await _fake.ConnectAsync();
        _guard.Attach(engine);
        await _guard.ReadyAsync(Cancellation);
        return engine;
    }

    private async Task CreateAsync(IContainerEngine engine, string name, CancellationToken cancellationToken)
    {
        _guard.Ledger.Intend(ResourceType.Container, name);
        await engine.Containers.CreateAsync(new ContainerSpec { Image = "image", Name = name }, cancellationToken);
        _guard.Ledger.Confirm(name);
    }
}
