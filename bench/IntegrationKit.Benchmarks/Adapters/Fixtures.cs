using StackExchange.Redis;

namespace IntegrationKit.Benchmarks.Adapters;

/// <summary>A database with 20 tables, a Redis and a mock.</summary>
public class IdleFixture : InfrastructureFixture
{
    internal PostgresService Postgres { get; } = MakePostgres();

    internal RedisService Redis { get; } = new();

    internal ExternalServiceMock Payments { get; } = new();

    internal static PostgresService MakePostgres() => new()
    {
        Database = "orders",
        Initialize = new DatabaseInitializer("20 tables", async (source, cancellationToken) =>
        {
            await using var command = source.CreateCommand(string.Concat(Enumerable.Range(1, 20).Select(i => $"CREATE TABLE t{i} (id int PRIMARY KEY);")));
            await command.ExecuteNonQueryAsync(cancellationToken);
        }),
    };

    /// <inheritdoc/>
    protected override void Configure(TestInfrastructure infra)
    {
        ArgumentNullException.ThrowIfNull(infra);
        infra.Register("postgres", Postgres).Register("redis", Redis).Register("payments", Payments);
    }
}

/// <summary>The same, of which each test uses everything.</summary>
public sealed class UsedFixture : IdleFixture
{
    private static ConnectionMultiplexer? _connection;

    /// <summary>Ends the connection of the last run, which would try to get back to its Redis.</summary>
    internal static async Task DisconnectAsync()
    {
        await (_connection?.DisposeAsync() ?? ValueTask.CompletedTask);
        _connection = null;
    }

    internal async Task UseAsync()
    {
        await using (var command = Postgres.DataSource.CreateCommand("INSERT INTO t1 VALUES (1)"))
        {
            await command.ExecuteNonQueryAsync();
        }

        _connection ??= await ConnectionMultiplexer.ConnectAsync(Redis.ConnectionString);
        await _connection.GetDatabase().StringSetAsync("key", "value");
        Payments.When("GET", "/").Respond(200);
    }
}
