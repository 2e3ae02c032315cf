using IntegrationKit.Engine;
using IntegrationKit.Launching.Containers;
using IntegrationKit.Ownership;
using IntegrationKit.Tests.Engine.Support;
using IntegrationKit.Tests.Ownership;

namespace IntegrationKit.Tests.Launching;

/// <summary>Networks that the engine does not make, or does not remove, as it is asked to.</summary>
public sealed class NetworkPoolTests : IAsyncDisposable
{
    private readonly RecordingWatchdog _watchdog = new();
    private readonly FakeEngine _fake = new();
    private readonly HashSet<string> _networks = [];
    private readonly SessionGuard _guard;
    private int _refusals;
    private bool _cut;

    public NetworkPoolTests()
    {
        _guard = new(_watchdog.Client);
        _fake.On("POST /networks/create", CreateAsync);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _watchdog.DisposeAsync();
        await _fake.DisposeAsync();
    }

    [Fact]
    public async Task Network_whose_removal_is_refused_stays_in_the_ledger_and_is_removed_by_the_next_return()
    {
        await using var engine = await ConnectAsync();
        var pool = new NetworkPool(engine, _guard, TimeProvider.System);
        var lease = await pool.LeaseAsync([], Cancellation);
        _refusals = 1;

        await Assert.ThrowsAsync<EngineException>(() => pool.ReturnAsync(lease, Cancellation));
        Assert.True(_guard.Ledger.Contains(lease.Name));
        Assert.Single(_networks);
        await pool.ReturnAsync(lease, Cancellation);

        Assert.Empty(_networks);
        Assert.True(_guard.Ledger.IsEmpty);
    }

    [Fact]
    public async Task Network_whose_removal_is_refused_is_used_again_or_removed_by_another_user()
    {
        await using var engine = await ConnectAsync();
        var pool = new NetworkPool(engine, _guard, TimeProvider.System);
        var lease = await pool.LeaseAsync([], Cancellation);
        _refusals = 1;
        await Assert.ThrowsAsync<EngineException>(() => pool.ReturnAsync(lease, Cancellation));

        var next = await pool.LeaseAsync([], Cancellation);
        Assert.Equal(lease.Name, next.Name);
        await pool.ReturnAsync(lease, Cancellation);
        Assert.Single(_networks);
        await pool.ReturnAsync(next, Cancellation);

        Assert.Empty(_networks);
    }

    [Fact]
    public async Task Network_whose_create_was_not_answered_and_whose_removal_is_refused_is_removed_by_the_next_return()
    {
        await using var engine = await ConnectAsync();
        var pool = new NetworkPool(engine, _guard, TimeProvider.System);
        _cut = true;
        _refusals = 1;

        await Assert.ThrowsAsync<EngineException>(() => pool.LeaseAsync([], Cancellation));
        var left = Assert.Single(_networks);
        var other = await pool.LeaseAsync([], Cancellation);
        Assert.NotEqual(left, other.Name);
        await pool.ReturnAsync(lease: null, Cancellation);

        Assert.Equal([other.Name], _networks);
        Assert.True(_guard.Ledger.Contains(left), "It may still be made: the ledger keeps it.");
        await pool.ReturnAsync(other, Cancellation);
        Assert.Empty(_networks);
    }

    private async Task<IContainerEngine> ConnectAsync()
    {
        var engine = await _fake.ConnectAsync();
        _guard.Attach(engine);
        return engine;
    }

    private async Task CreateAsync(FakeExchange exchange)
    {
        var name = System.Text.Json.Nodes.JsonNode.Parse(exchange.Request.Text)!["Name"]!.ToString();
        _networks.Add(name);
        _fake.On($"DELETE /networks/{name}", each => RemoveAsync(name, each));
        if (_cut)
        {
            _cut = false;
            exchange.Cut();
            return;
        }

        await exchange.AnswerAsync(201, """{"Id":"1","Warning":""}""");
    }

    private async Task RemoveAsync(string name, FakeExchange exchange)
    {
        if (_refusals-- > 0)
        {
            await exchange.AnswerAsync(500, """{"message":"it is in use"}""");
            return;
        }

        _networks.Remove(name);
        await exchange.AnswerAsync(204, string.Empty);
    }
}
