using IntegrationKit.EngineTests.Sharing;
using IntegrationKit.EngineTests.Support;
using Npgsql;

namespace IntegrationKit.EngineTests.Clones;

/// <summary>How many databases there are, in which order they are handed out, and that none is left.</summary>
[Collection(nameof(SharedKit))]
public sealed class ClonePoolTests(ClonePoolTests.Server server) : IClassFixture<ClonePoolTests.Server>, IClassFixture<SharedKit.EndOfRun>
{
    private const string Schema = "CREATE TABLE t (x int); INSERT INTO t VALUES (1)";

    private static Dictionary<string, string> Mark { get; } = SharedKit.Mark();

    [Fact]
    public async Task Nothing_is_made_before_the_first_call_and_then_the_oldest_is_handed_out_first()
    {
        var postgres = Service(poolSize: 2, parallelism: 1);
        await using var infra = await SharedKit.StartAsync(postgres);
        Assert.Equal([postgres.DatabaseName], await OfAsync(postgres));

        await using var first = await postgres.CreateDatabaseAsync(Kit.Cancellation);
        await Kit.UntilAsync(async () => (await ReadyAsync(postgres, first)).Count == 2);
        await using var second = await postgres.CreateDatabaseAsync(Kit.Cancellation);
        await Kit.UntilAsync(async () => (await ReadyAsync(postgres, first, second)).Count == 2);
        await using var third = await postgres.CreateDatabaseAsync(Kit.Cancellation);

        Assert.True(Order(first.DatabaseName) < Order(second.DatabaseName) && Order(second.DatabaseName) < Order(third.DatabaseName));
        await Kit.UntilAsync(async () => (await OfAsync(postgres)).Count == 6);
    }

    [Fact]
    public async Task Handed_out_one_has_a_warm_connection_and_nobody_elses_rows()
    {
        var postgres = Service(poolSize: 1);
        await using var infra = await SharedKit.StartAsync(postgres);
        await using var one = await postgres.CreateDatabaseAsync(Kit.Cancellation);
        await using var two = await postgres.CreateDatabaseAsync(Kit.Cancellation);

        Assert.Equal(1L, await BackendsAsync(two.DatabaseName));
        await one.DataSource.RunAsync("DROP TABLE t; CREATE TABLE other (y int)");

        Assert.Equal(1L, await two.DataSource.ReadAsync<long>("SELECT count(*) FROM t"));
        Assert.Equal(1L, await postgres.DataSource.ReadAsync<long>("SELECT count(*) FROM t"));
        Assert.Equal(1L, await BackendsAsync(two.DatabaseName));
        Assert.Equal(two.DatabaseName, await two.DataSource.ReadAsync<string>("SELECT current_database()::text"));
        Assert.Equal(two.DatabaseName, new NpgsqlConnectionStringBuilder(two.ConnectionString).Database);
    }

    [Fact]
    public async Task Disposed_one_is_dropped_though_a_client_is_connected_and_a_transaction_is_prepared()
    {
        var postgres = Service(poolSize: 0);
        await using var infra = await SharedKit.StartAsync(postgres);
        var clone = await postgres.CreateDatabaseAsync(Kit.Cancellation);
        await using var late = await clone.OpenConnectionAsync(Kit.Cancellation);
        await clone.DataSource.RunAsync("BEGIN; INSERT INTO t VALUES (2); PREPARE TRANSACTION 'of a test'");

        await clone.DisposeAsync();
        await clone.DisposeAsync();

        await Kit.UntilAsync(async () => (await OfAsync(postgres)).Count == 1);
        Assert.Throws<ObjectDisposedException>(() => clone.DataSource);
    }

    [Fact]
    public async Task Stop_while_the_pool_is_filled_leaves_nothing()
    {
        for (var i = 0; i < 3; i++)
        {
            var postgres = Service(poolSize: 6, isKeyed: i % 2 == 0);
            var infra = await SharedKit.StartAsync(postgres);
            var forgotten = await postgres.CreateDatabaseAsync(Kit.Cancellation);
            var waiting = Enumerable.Range(0, 4).Select(_ => postgres.CreateDatabaseAsync(Kit.Cancellation)).ToArray();

            await infra.DisposeAsync();

            await Task.WhenAll(waiting).ContinueWith(_ => { }, TaskScheduler.Default);
            Assert.All(waiting, each => Assert.True(each.IsCompletedSuccessfully || each.Exception?.InnerException is InvalidOperationException, each.Exception?.ToString()));
            Assert.Throws<ObjectDisposedException>(() => forgotten.DataSource);
            await Kit.UntilAsync(async () => (await OfAsync(postgres)).Count == 0);
        }
    }

    [Fact]
    public async Task Cancelled_call_leaks_nothing()
    {
        var postgres = Service(poolSize: 0);
        await using var infra = await SharedKit.StartAsync(postgres);
        for (var i = 0; i < 12; i++)
        {
            using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(i * 3));
            try
            {
                await using var clone = await postgres.CreateDatabaseAsync(cancellation.Token);
            }
            catch (OperationCanceledException)
            {
            }
        }

        await Kit.UntilAsync(async () => (await OfAsync(postgres)).Count == 1);
        await using var next = await postgres.CreateDatabaseAsync(Kit.Cancellation);
    }

    [Fact]
    public async Task Twenty_at_once_are_twenty_databases()
    {
        var postgres = Service(poolSize: 2);
        await using var infra = await SharedKit.StartAsync(postgres);

        var clones = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            var clone = await postgres.CreateDatabaseAsync(Kit.Cancellation);
            await clone.DataSource.RunAsync($"INSERT INTO t VALUES ({i + 10})");
            return clone;
        }));

        Assert.Equal(20, clones.Select(each => each.DatabaseName).Distinct().Count());
        foreach (var (i, clone) in clones.Index())
        {
            Assert.Equal(i + 11L, await clone.DataSource.ReadAsync<long>("SELECT sum(x) FROM t"));
            await clone.DisposeAsync();
        }

        await Kit.UntilAsync(async () => (await OfAsync(postgres)).Count <= 3);
    }

    [Fact]
    public async Task Test_that_ends_all_backends_does_not_spoil_the_pool()
    {
        var postgres = Service(poolSize: 2);
        await using var infra = await SharedKit.StartAsync(postgres);
        await using var first = await postgres.CreateDatabaseAsync(Kit.Cancellation);
        await Kit.UntilAsync(async () => (await ReadyAsync(postgres, first)).Count == 2);
        await server.RunAsync(postgres, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");

        for (var i = 0; i < 3; i++)
        {
            await using var clone = await postgres.CreateDatabaseAsync(Kit.Cancellation);
            Assert.Equal(1L, await clone.DataSource.ReadAsync<long>("SELECT count(*) FROM t"));
        }
    }

    private static PostgresService Service(int poolSize, bool isKeyed = true, int parallelism = 4)
    {
        Func<NpgsqlDataSource, CancellationToken, Task> work = (source, _) => source.RunAsync(Schema);
        return new()
        {
            Database = Kit.Unique("pool"),
            Initialize = isKeyed ? new DatabaseInitializer(Schema, work) : work,
            DatabasePoolSize = poolSize,
            DatabasePoolParallelism = parallelism,
            Labels = Mark,
            Settings = { ["max_prepared_transactions"] = "5" },
        };
    }

    private static int Order(string name) => int.Parse(name[(name.LastIndexOf('_') + 1)..], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The databases of the service, its own too, templates not.</summary>
    private Task<IReadOnlyList<string>> OfAsync(PostgresService postgres) =>
        server.ReadAsync($"SELECT datname FROM pg_database WHERE datname LIKE '{postgres.Database}%' ORDER BY oid");

    /// <summary>Those with a connection that has answered a query, without those that were handed out.</summary>
    private async Task<IReadOnlyList<string>> ReadyAsync(PostgresService postgres, params PostgresTestDatabase[] handedOut) =>
    [
        .. (await server.ReadAsync($"SELECT DISTINCT datname FROM pg_stat_activity WHERE datname LIKE '{postgres.Database}%' AND state = 'idle' AND query LIKE 'SELECT oid%'"))
            .Except(handedOut.Select(each => each.DatabaseName)),
    ];

    private async Task<long> BackendsAsync(string database) =>
        long.Parse(Assert.Single(await server.ReadAsync($"SELECT count(*)::text FROM pg_stat_activity WHERE datname = '{database}'")), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Keeps the shared server, and looks at it from outside of the databases of the tests.</summary>
    public sealed class Server : IAsyncLifetime
    {
        private readonly PostgresService _anchor = new() { Labels = Mark, Settings = { ["max_prepared_transactions"] = "5" } };
        private TestInfrastructure? _infra;

        public async ValueTask InitializeAsync() => _infra = await SharedKit.StartAsync(_anchor);

        public async ValueTask DisposeAsync()
        {
            if (_infra is not null)
            {
                await _infra.DisposeAsync();
            }
        }

        internal async Task RunAsync(PostgresService postgres, string sql)
        {
            await using var connection = new NpgsqlConnection(postgres.ConnectionString + ";Pooling=false");
            await connection.OpenAsync(Kit.Cancellation);
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(Kit.Cancellation);
        }

        internal async Task<IReadOnlyList<string>> ReadAsync(string sql)
        {
            List<string> found = [];
            // Not of a pool: a test ends all connections.
            await using var connection = new NpgsqlConnection(_anchor.ConnectionString + ";Pooling=false");
            await connection.OpenAsync(Kit.Cancellation);
            await using var command = new NpgsqlCommand(sql, connection);
            await using var reader = await command.ExecuteReaderAsync(Kit.Cancellation);
            while (await reader.ReadAsync(Kit.Cancellation))
            {
                found.Add(reader.GetString(0));
            }

            return found;
        }
    }
}
