using IntegrationKit.EngineTests.Support;
using Npgsql;
using StackExchange.Redis;

namespace IntegrationKit.EngineTests.Reset;

/// <summary>Who left the dirt: what differs from the baseline, and that looking for it changes nothing.</summary>
public sealed class LeftoversTests(LeftoversTests.Servers servers) : IClassFixture<LeftoversTests.Servers>, IAsyncLifetime
{
    private readonly NpgsqlDataSource _data = servers.Postgres.DataSource;

    public async ValueTask InitializeAsync() => await servers.Infra.ResetAllAsync(Kit.Cancellation);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("INSERT INTO orders (item) VALUES ('x'), ('y'), ('z')", "table public.orders: 3 rows added")]
    [InlineData("INSERT INTO \"Odd \"\"name\" VALUES (1)", "table public.\"Odd \"\"name\": 1 row added")]
    [InlineData("DELETE FROM orders WHERE id = 1", "table public.orders: 1 row removed")]
    [InlineData("UPDATE orders SET item = 'other' WHERE id = 1; INSERT INTO orders (item) VALUES ('x')", "table public.orders: 1 row added, 1 changed")]
    [InlineData("TRUNCATE orders; INSERT INTO plain VALUES (NULL, '{\"a\": 1}')", "table public.orders: 2 rows removed|table public.plain: 1 row added")]
    [InlineData("UPDATE plain SET document = '{\"b\": 2}'", "table public.plain: 1 row added, 1 removed")]
    [InlineData("INSERT INTO parted VALUES (1), (2)", "table public.parted_one: 1 row added|table public.parted_two: 1 row added")]
    [InlineData("CREATE TABLE made (x int); INSERT INTO made VALUES (1)", "table public.made: made, 1 row added")]
    [InlineData("DELETE FROM orders; REFRESH MATERIALIZED VIEW items", "view public.items: 2 rows removed|table public.orders: 2 rows removed")]
    [InlineData("SELECT lo_from_bytea(0, 'x')", "database *: 1 large object added")]
    [InlineData("INSERT INTO orders (item) VALUES ('x'); DELETE FROM orders WHERE item = 'x'", "")]
    [InlineData("UPDATE plain SET number = number; DELETE FROM orders; INSERT INTO orders VALUES (2, 'second'), (1, 'first')", "")]
    [InlineData("SELECT nextval('orders_id_seq')", "")]
    [InlineData("BEGIN; INSERT INTO orders (item) VALUES ('x'); ROLLBACK", "")]
    [InlineData("SELECT count(*) FROM orders", "")]
    public async Task Rows_that_a_test_leaves_are_named_and_counted(string sql, string expected)
    {
        try
        {
            await _data.RunAsync(sql);

            var found = await servers.Infra.FindLeftoversAsync(Kit.Cancellation);

            Assert.Equal(expected, string.Join('|', found.Where(each => each.Service == "postgres").Select(each => each.Leftover.ToString().Replace(servers.Postgres.DatabaseName, "*", StringComparison.Ordinal))));
        }
        finally
        {
            await _data.RunAsync("DROP TABLE IF EXISTS made");
        }
    }

    [Theory]
    [InlineData("SET added 1; HSET other a 1", "key added: added|key other: added")]
    [InlineData("SET text other", "key text: changed")]
    [InlineData("DEL text", "key text: removed")]
    [InlineData("RENAME text renamed", "key renamed: added|key text: removed")]
    [InlineData("EXPIRE text 1000", "key text: changed")]
    [InlineData("SADD set four; RPUSH list c", "key list: changed|key set: changed")]
    [InlineData("HSET hash a other; HSET hash b 2", "key hash: changed")]
    [InlineData("SET clé 1", "key clé: added")]
    [InlineData("SADD set four; SREM set four; SREM set one; SADD set one", "")]
    [InlineData("HSET hash c 3; HDEL hash a; HDEL hash c; HSET hash a 1", "")]
    [InlineData("SET added 1; DEL added", "")]
    [InlineData("DEL expiring", "")]
    public async Task Keys_that_a_test_leaves_are_named(string commands, string expected)
    {
        await RunRedisAsync(commands);

        var found = await servers.Infra.FindLeftoversAsync(Kit.Cancellation);

        Assert.Equal(expected, string.Join('|', found.Where(each => each.Service == "redis").Select(each => each.Leftover.ToString())));
    }

    [Fact]
    public async Task Many_keys_are_counted()
    {
        await RunRedisAsync(string.Join(';', Enumerable.Range(100, 25).Select(i => $"SET key{i} 1")));

        var found = await servers.Infra.FindLeftoversAsync(Kit.Cancellation);

        Assert.Equal(25, found.Sum(each => each.Leftover.Count));
        Assert.Equal("redis: key key100: added", found[0].ToString());
        Assert.Equal("redis: key (and 5 more): added, changed or removed", found[^1].ToString());
    }

    [Fact]
    public async Task Search_changes_nothing_and_the_next_reset_brings_all_back()
    {
        await _data.RunAsync("INSERT INTO orders (item) VALUES ('x')");
        await RunRedisAsync("SET text other");

        var first = await servers.Infra.FindLeftoversAsync(Kit.Cancellation);
        var second = await servers.Infra.FindLeftoversAsync(Kit.Cancellation);
        await servers.Infra.ResetAllAsync(Kit.Cancellation);

        Assert.Equal(2, first.Count);
        Assert.Equal(first, second);
        Assert.Empty(await servers.Infra.FindLeftoversAsync(Kit.Cancellation));
        Assert.Equal(2L, await _data.ReadAsync<long>("SELECT count(*) FROM orders"));
    }

    [Fact]
    public async Task Every_table_is_compared_where_writes_are_not_tracked()
    {
        await servers.Untracked.DataSource.RunAsync("INSERT INTO orders (item) VALUES ('x')");

        var found = await servers.Infra.FindLeftoversAsync(Kit.Cancellation);

        Assert.Equal("untracked: table public.orders: 1 row added", Assert.Single(found).ToString());
    }

    [Fact]
    public async Task Locked_table_is_named_with_who_holds_it()
    {
        await using var connection = await servers.Postgres.OpenConnectionAsync(Kit.Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Kit.Cancellation);
        await using var command = new NpgsqlCommand("INSERT INTO orders (item) VALUES ('x'); LOCK TABLE orders IN ACCESS EXCLUSIVE MODE", connection, transaction);
        await command.ExecuteNonQueryAsync(Kit.Cancellation);

        var error = await Assert.ThrowsAsync<ServiceOperationException>(() => servers.Infra.FindLeftoversAsync(Kit.Cancellation));

        Assert.Contains("Service 'postgres' could not be examined: Its tables are locked by an open transaction", error.Message, StringComparison.Ordinal);
        Assert.Contains("LOCK TABLE orders", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_of_a_suite_that_leaves_something_fails()
    {
        var suite = new IntegrationTestSuite("orders")
            .BeforeEach(servers.Infra.ResetAllAsync)
            .AfterEach(servers.Infra.EnsureNothingLeftAsync)
            .Test("clean", () => _data.RunAsync("INSERT INTO orders (item) VALUES ('x'); DELETE FROM orders WHERE item = 'x'"))
            .Test("dirty", () => _data.RunAsync("INSERT INTO orders (item) VALUES ('x')"));

        var result = await suite.RunAsync(cancellationToken: Kit.Cancellation);

        Assert.Equal([true, false], result.Tests.Select(each => each.Passed));
        var error = Assert.IsType<LeftoversException>(result.Tests[1].Error);
        Assert.Equal($"The test has left behind:{Environment.NewLine}  postgres: table public.orders: 1 row added{Environment.NewLine}Remove it before the test's end.", error.Message);
        Assert.Equal(1, Assert.Single(error.Leftovers).Leftover.Count);
    }

    private async Task RunRedisAsync(string commands)
    {
        foreach (var words in commands.Split(';', StringSplitOptions.TrimEntries).Select(each => each.Split(' ')))
        {
            await servers.Data.ExecuteAsync(words[0], [.. words[1..]]);
        }
    }

    public sealed class Servers : IAsyncLifetime
    {
        private const string Schema =
            """
            CREATE TABLE orders (id serial PRIMARY KEY, item text); INSERT INTO orders (item) VALUES ('first'), ('second');
            CREATE TABLE plain (number int, document json); INSERT INTO plain VALUES (1, '{}');
            CREATE TABLE "Odd ""name" (x int);
            CREATE TABLE parted (x int) PARTITION BY LIST (x);
            CREATE TABLE parted_one PARTITION OF parted FOR VALUES IN (1);
            CREATE TABLE parted_two PARTITION OF parted FOR VALUES IN (2);
            CREATE MATERIALIZED VIEW items AS SELECT item FROM orders;
            """;

        private ConnectionMultiplexer? _connection;

        public PostgresService Postgres { get; } = new() { Initialize = new DatabaseInitializer("leftovers", (data, _) => data.RunAsync(Schema)) };

        public PostgresService Untracked { get; } = new() { TracksWrites = false, Initialize = new DatabaseInitializer("leftovers", (data, _) => data.RunAsync(Schema)) };

        public RedisService Redis { get; } = new();

        public TestInfrastructure Infra { get; private set; } = null!;

        public IDatabase Data => _connection!.GetDatabase();

        public async ValueTask InitializeAsync()
        {
            Infra = (await Kit.CreateAsync(new() { ShareServers = true })).Register("postgres", Postgres).Register("untracked", Untracked).Register("redis", Redis);
            await Infra.StartAllAsync(Kit.Cancellation);
            _connection = await Redis.ConnectAsync(Kit.Cancellation);
            await Data.ExecuteAsync("SET", "text", "value");
            await Data.ExecuteAsync("SET", "expiring", "value", "PX", "3600000");
            await Data.ExecuteAsync("SADD", "set", "one", "two", "three");
            await Data.ExecuteAsync("RPUSH", "list", "a", "b");
            await Data.ExecuteAsync("HSET", "hash", "a", "1", "b", "2");
            await Infra.CaptureBaselineAsync(Kit.Cancellation);
        }

        public async ValueTask DisposeAsync()
        {
            if (_connection is not null)
            {
                await _connection.DisposeAsync();
            }

            if (Infra is not null)
            {
                await Infra.DisposeAsync();
            }
        }
    }
}
