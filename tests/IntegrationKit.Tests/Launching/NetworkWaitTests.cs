using IntegrationKit.Engine;
using IntegrationKit.Launching.Containers;
using IntegrationKit.Ownership;
using IntegrationKit.Tests.Engine.Support;
using IntegrationKit.Tests.Orchestration.Support;
using IntegrationKit.Tests.Ownership;
using IntegrationKit.Tests.Readiness.Support;

namespace IntegrationKit.Tests.Launching;

/// <summary>An engine that has no address range left for a further network.</summary>
public sealed class NetworkWaitTests : IAsyncDisposable
{
    private const string Full = "could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network";
    private const int UsedUpId = 16;

    private readonly RecordingWatchdog _watchdog = new();
    private readonly FakeEngine _fake = new();
    private readonly RecordingLog _log = new();
    private readonly PauseClock _clock = new();
    private readonly SessionGuard _guard;
    private int _refusals;
    private string _refusal = Full;

    public NetworkWaitTests()
    {
        _guard = new(_watchdog.Client);
        _fake.On("POST /networks/create", each => _refusals-- > 0
            ? each.AnswerAsync(404, $$"""{"message":"{{_refusal}}"}""")
            : each.AnswerAsync(201, """{"Id":"1","Warning":""}"""));
        var ours = '{' + string.Join(',', ResourceLabels.LabelsFor("network", TimeProvider.System.GetUtcNow()).Select(each => $"\"{each.Key}\":\"{each.Value}\"")) + '}';
        _fake.On("GET /networks", 200, """
            [{"Id":"a","Name":"bridge","Labels":{}},{"Id":"b","Name":"host"},{"Id":"c","Name":"none"},{"Id":"d","Name":"ours","Labels":OURS},
             {"Id":"e","Name":"shop_default","Labels":{"com.docker.compose.project":"shop"}},{"Id":"f","Name":"team","Labels":{"owner":"ann"}},
             {"Id":"g","Name":"theirs","Labels":{"org.integrationkit.session":"x","org.integrationkit.host":"elsewhere"}}]
            """.Replace("OURS", ours, StringComparison.Ordinal));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _watchdog.DisposeAsync();
        await _fake.DisposeAsync();
    }

    [Theory]
    [InlineData(Full)]
    [InlineData("all predefined address pools have been fully subnetted")]
    public async Task Network_is_waited_for_and_it_is_said_who_holds_the_others(string refusal)
    {
        (_refusals, _refusal) = (3, refusal);

        var lease = await LeaseAsync(Cancellation).Soon();

        Assert.True(_guard.Ledger.Contains(lease.Name));
        Assert.Equal(3, _clock.Pauses.Count);
        var said = Assert.Single(_log.Entries);
        Assert.Equal(UsedUpId, said.Id);
        Assert.EndsWith(
            "held by 5 networks: bridge, ours (of this process), shop_default (Compose project 'shop'), team (owner=ann), theirs (of an IntegrationKit process of another host or container).",
            said.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Network_that_nobody_releases_is_waited_for_30_s_and_the_error_says_who_holds_them()
    {
        _refusals = int.MaxValue;

        var error = await Assert.ThrowsAsync<NetworksUsedUpException>(() => LeaseAsync(Cancellation).Soon());

        Assert.InRange(_clock.GetElapsedTime(0), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(32));
        Assert.Contains(Full, error.Message, StringComparison.Ordinal);
        Assert.Contains("within 30 s", error.Message, StringComparison.Ordinal);
        Assert.Contains("shop_default (Compose project 'shop')", error.Message, StringComparison.Ordinal);
        Assert.Contains("docker network prune", error.Fix, StringComparison.Ordinal);
        Assert.True(_guard.Ledger.IsEmpty);
    }

    [Fact]
    public async Task Network_is_waited_for_no_longer_than_the_start_allows()
    {
        using var start = new CancellationTokenSource();
        _fake.On("POST /networks/create", async each =>
        {
            await start.CancelAsync();
            await each.AnswerAsync(404, $$"""{"message":"{{Full}}"}""");
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => LeaseAsync(start.Token).Soon());
    }

    [Fact]
    public async Task Another_refusal_is_thrown_at_once()
    {
        (_refusals, _refusal) = (1, "the disk is full");

        await Assert.ThrowsAsync<EngineException>(() => LeaseAsync(Cancellation).Soon());

        Assert.Empty(_clock.Pauses);
        Assert.Empty(_log.Entries);
    }

    private async Task<NetworkLease> LeaseAsync(CancellationToken cancellationToken)
    {
        await using var engine = await _fake.ConnectAsync();
        _guard.Attach(engine);
        var pool = new NetworkPool(engine, _guard, TimeProvider.System);
        return await new NetworkWait(engine, _log, _clock).RunAsync(() => pool.LeaseAsync([], Cancellation), cancellationToken);
    }
}
