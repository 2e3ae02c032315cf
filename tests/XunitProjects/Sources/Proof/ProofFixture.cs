using Npgsql;
using StackExchange.Redis;

namespace Scenarios.Proof;

/// <summary>The same names in every class: one table, one key, one channel, one path.</summary>
public sealed class ProofFixture : InfrastructureFixture, IDisposable
{
    private static readonly TaskCompletionSource<ProofFixture> First = new();
    private ConnectionMultiplexer? _redis;

    public static bool IsBroken { get; } = Environment.GetEnvironmentVariable("SCENARIO_ONE_SLICE") == "1";

    /// <summary>For the figures: what the same classes cost where each has its own servers.</summary>
    private static bool OwnServers { get; } = Environment.GetEnvironmentVariable("SCENARIO_OWN_SERVERS") == "1";

    public PostgresService Postgres { get; } = new() { Database = "orders", OwnServer = OwnServers };

    public RedisService Redis { get; } = new() { OwnServer = OwnServers };

    public ExternalServiceMock Payments { get; } = new();

    /// <summary>Where the slicing is broken on purpose, what the first class was given.</summary>
    public NpgsqlDataSource Database => Seen.Postgres.DataSource;

    public ConnectionMultiplexer Cache => Seen._redis!;

    public ExternalServiceMock Mock => Seen.Payments;

    private ProofFixture Seen => IsBroken ? First.Task.Result : this;

    public void Dispose() => _redis?.Dispose();

    protected override void Configure(TestInfrastructure infra) => infra
        .Register("postgres", Postgres)
        .Register("redis", Redis)
        .Register("payments", Payments);

    protected override async Task SeedAsync(CancellationToken cancellationToken)
    {
        await using var command = Postgres.DataSource.CreateCommand("create table items (id serial primary key, owner text); insert into items (owner) values ('seed')");
        await command.ExecuteNonQueryAsync(cancellationToken);
        _redis = await ConnectionMultiplexer.ConnectAsync(Redis.ConnectionString);
        await _redis.GetDatabase().StringSetAsync("seed", "1");
        Payments.When("GET", "/seed").Respond(200);
        First.TrySetResult(this);
        Journal.Note($"postgres {Postgres.ContainerId} {Postgres.DatabaseName}");
        Journal.Note($"redis {Redis.ContainerId} {_redis.GetDatabase().Database}");
    }
}
