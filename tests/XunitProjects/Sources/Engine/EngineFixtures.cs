using Npgsql;

namespace Scenarios.Engine;

public sealed class DatabaseFixture : InfrastructureFixture
{
    public PostgresService Postgres { get; } = new() { Database = "orders" };

    protected override void Configure(TestInfrastructure infra) => infra.Register("postgres", Postgres);

    protected override async Task SeedAsync(CancellationToken cancellationToken) =>
        await ExecuteAsync("create table items (name text); insert into items values ('seeded')", cancellationToken);

    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = Postgres.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<long> CountAsync(CancellationToken cancellationToken)
    {
        await using var command = Postgres.DataSource.CreateCommand("select count(*) from items");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}

public sealed class EvidenceTests(DatabaseFixture infra) : IntegrationTest<DatabaseFixture>(infra)
{
    [Fact]
    public async Task Failed_shows_the_log() =>
        await Infra.ExecuteAsync("do $$ begin raise log '%', repeat('x', 20000); raise exception 'mark of the failed test'; end $$", Cancellation);

    [Fact]
    public async Task Passed_shows_none()
    {
        await Assert.ThrowsAsync<PostgresException>(() => Infra.ExecuteAsync("do $$ begin raise exception 'mark of the passed test'; end $$", Cancellation));
    }

    [Fact(Timeout = 3000)]
    public async Task Timed_out_shows_the_log()
    {
        await Assert.ThrowsAsync<PostgresException>(() => Infra.ExecuteAsync("do $$ begin raise exception 'mark of the timed-out test'; end $$", Cancellation));
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, Cancellation);
    }
}

public sealed class DatabaseResetTests(DatabaseFixture infra) : IntegrationTest<DatabaseFixture>(infra)
{
    private static readonly Steps Step = new();
    private static NpgsqlConnection? _leaked;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Has_the_seed_whatever_came_before(int row)
    {
        Assert.InRange(row, 1, 3);
        Assert.Equal(1, await Infra.CountAsync(Cancellation));
        await Infra.ExecuteAsync("insert into items values ('mine')", Cancellation);
        if (Step.Next() == 1)
        {
            // An open transaction that holds a lock on the table.
            _leaked = await Infra.Postgres.DataSource.OpenConnectionAsync(Cancellation);
            await _leaked.BeginTransactionAsync(Cancellation);
            await using var command = new NpgsqlCommand("lock table items in access exclusive mode", _leaked);
            await command.ExecuteNonQueryAsync(Cancellation);
        }
    }
}

public sealed class CacheFixture : InfrastructureFixture
{
    public RedisService Redis { get; } = new();

    protected override void Configure(TestInfrastructure infra) => infra.Register("redis", Redis);
}

public sealed class BusyCacheFixture : InfrastructureFixture
{
    // Not the server that another class kills.
    public RedisService Redis { get; } = new() { Labels = { ["scenario"] = "refused" } };

    protected override void Configure(TestInfrastructure infra) => infra.Register("redis", Redis);
}

public sealed class RefusedTests(BusyCacheFixture infra) : IntegrationTest<BusyCacheFixture>(infra)
{
    [Fact]
    public async Task Needs_a_server_of_its_own()
    {
        await using var connection = await Infra.Redis.ConnectAsync(Cancellation);
        await connection.GetDatabase().ExecuteAsync("CONFIG", "SET", "notify-keyspace-events", "Ex");
    }
}

public sealed class DeadServerTests(CacheFixture infra) : IntegrationTest<CacheFixture>(infra)
{
    private static readonly Steps Step = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Is_restarted_for_the_next_test(int row)
    {
        Assert.InRange(row, 1, 2);
        await Infra.Redis.PingAsync(Cancellation);
        if (Step.Next() == 1)
        {
            using var kill = System.Diagnostics.Process.Start("docker", ["kill", Infra.Redis.ContainerId]);
            await kill.WaitForExitAsync(Cancellation);
        }
    }
}
