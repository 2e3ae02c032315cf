using StackExchange.Redis;

namespace IntegrationKit.Benchmarks.Redis;

/// <summary>A reset of a slice of a shared Redis, against the commands that bring back by hand what is known to be written to.</summary>
internal sealed class RedisResetScenario : Scenario
{
    private readonly TestInfrastructure _infra = new(new TestInfrastructureOptions { ShareServers = true });
    private readonly RedisService _redis = new();
    private readonly RedisService _bare = new();
    private readonly List<byte[]> _values = [];
    private ConnectionMultiplexer _connection = null!;
    private ConnectionMultiplexer _byHand = null!;

    public required int Touched { get; init; }

    public int SeedKeys { get; init; }

    public override async Task SetUpAsync()
    {
        await _infra.Register("measured", _redis).Register("bare", _bare).StartAllAsync();
        (_connection, _byHand) = (await _redis.ConnectAsync(), await _bare.ConnectAsync());
        foreach (var data in new[] { _connection.GetDatabase(), _byHand.GetDatabase() })
        {
            await Task.WhenAll(Enumerable.Range(1, SeedKeys).Select(i => data.HashSetAsync(Seed(i), [new("name", $"seed {i}"), new("number", i)])));
        }

        foreach (var i in Enumerable.Range(1, Math.Min(Touched, SeedKeys)))
        {
            _values.Add((await _byHand.GetDatabase().KeyDumpAsync(Seed(i)))!);
        }

        await _infra.CaptureBaselineAsync();
    }

    public override async Task PrepareAsync(bool ofFloor)
    {
        var data = (ofFloor ? _byHand : _connection).GetDatabase();
        foreach (var i in Enumerable.Range(1, Touched))
        {
            await data.HashSetAsync(Seed(i), "written", i);
        }
    }

    public override Task MeasuredAsync() => _redis.ResetAsync();

    public override Task FloorAsync()
    {
        var data = _byHand.GetDatabase();
        return Touched == 0
            ? data.PingAsync()
            : Task.WhenAll(Enumerable.Range(1, Touched).Select(i => i <= _values.Count
                ? data.ExecuteAsync("RESTORE", Seed(i), 0, _values[i - 1], "REPLACE")
                : data.ExecuteAsync("DEL", Seed(i))));
    }

    public override async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _byHand.DisposeAsync();
        await _infra.DisposeAsync();
        await TestInfrastructure.StopSharedServersAsync();
    }

    private static string Seed(int i) => $"seed:{i}";
}
