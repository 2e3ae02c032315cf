using IntegrationKit.EngineTests.Security;
using IntegrationKit.EngineTests.Support;
using Npgsql;

namespace IntegrationKit.EngineTests.Services;

/// <summary>What a server of one's own has beside the service's database, and what scripts bring along.</summary>
public sealed class PostgresOwnServerTests(PostgresOwnServerTests.Own own) : IClassFixture<PostgresOwnServerTests.Own>
{
    private readonly PostgresService _postgres = own.Postgres;

    /// <summary>A script that makes a database of its own and connects to it: its tables are reset, and the empty one is told.</summary>
    [Fact]
    public async Task Databases_that_scripts_make_are_reset_and_the_empty_one_is_told()
    {
        await using var billing = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_postgres.ConnectionString) { Database = "billing" }.ConnectionString);
        await billing.RunAsync("DELETE FROM invoice; INSERT INTO invoice VALUES (7)");

        await _postgres.ResetAsync(Kit.Cancellation);

        Assert.Equal("1", await billing.ReadAsync<string>("SELECT string_agg(id::text, ',') FROM invoice"));
        var told = Assert.Single(own.Log.With("Nothing was made in database"), each => each.StartsWith("Warning", StringComparison.Ordinal));
        Assert.Contains("Nothing was made in database 'orders' of service 'postgres', to which its connection string leads, but there is also: billing", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_test_makes_for_the_whole_server_is_told()
    {
        await _postgres.DataSource.RunAsync("CREATE ROLE made_on_own_server");
        await _postgres.DataSource.RunAsync("ALTER SYSTEM SET work_mem = '5MB'");
        try
        {
            await Kit.UntilAsync(async () =>
            {
                await _postgres.ResetAsync(Kit.Cancellation);
                return own.Log.With("made_on_own_server").Any();
            });
            var told = Assert.Single(own.Log.With("made_on_own_server"));
            Assert.Contains("configuration of ALTER SYSTEM \"work_mem\"", told, StringComparison.Ordinal);
            Assert.EndsWith("Undo it in the test that does it ", told, StringComparison.Ordinal);
        }
        finally
        {
            await _postgres.DataSource.RunAsync("DROP ROLE made_on_own_server");
            await _postgres.DataSource.RunAsync("ALTER SYSTEM RESET work_mem");
        }
    }

    [Fact]
    public async Task Parallel_query_has_the_shared_memory_that_it_needs()
    {
        await using var connection = await _postgres.OpenConnectionAsync(Kit.Cancellation);
        await using var command = new NpgsqlCommand(
            """
            CREATE TABLE wide AS SELECT i, repeat('x', 100) AS t FROM generate_series(1, 700000) i;
            ALTER TABLE wide SET (parallel_workers = 2);
            ANALYZE wide;
            SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
            SET work_mem = '512MB'; SET enable_mergejoin = off; SET enable_nestloop = off;
            SELECT count(*) FROM wide a JOIN wide b USING (i, t);
            DROP TABLE wide
            """,
            connection);

        // With 64 MiB: 53100 could not resize shared memory segment.
        Assert.Equal(700000L, await command.ExecuteScalarAsync(Kit.Cancellation));
    }

    [Fact]
    public async Task What_a_script_names_beside_it_is_there()
    {
        using var main = new TempFile(
            "main.sql", "CREATE SCHEMA beside;\n\\ir tables/all.sql\n\\i more.sql\n\\copy beside.item FROM 'data/items.csv' CSV\nINSERT INTO beside.item VALUES ('main')");
        main.Add("tables/all.sql", "\\ir item.sql");
        main.Add("tables/item.sql", "CREATE TABLE beside.item (name text);");
        main.Add("more.sql", "INSERT INTO beside.item VALUES ('more')");
        main.Add("data/items.csv", "from csv\n");
        main.Add("run.sh", "psql --username \"$POSTGRES_USER\" --dbname \"$POSTGRES_DB\" -v ON_ERROR_STOP=1 -f \"$(dirname \"$0\")/by-shell.sql\"");
        main.Add("by-shell.sql", "INSERT INTO beside.item VALUES ('shell')");

        await _postgres.ExecuteScriptAsync(main.Path, Kit.Cancellation);
        await _postgres.ExecuteScriptAsync(main.PathOf("run.sh"), Kit.Cancellation);

        Assert.Equal("from csv,main,more,shell", await _postgres.DataSource.ReadAsync<string>("SELECT string_agg(name, ',' ORDER BY name) FROM beside.item"));
        await _postgres.DataSource.RunAsync("DROP SCHEMA beside CASCADE");
    }

    [Theory]
    [InlineData("a.sql", "DO $$ BEGIN RAISE NOTICE 'a notice'; END $$;\nSELECT 1;\nSELECT nothing;", "Init script 'a.sql' has an error at line 3; correct")]
    [InlineData("a.sql", "SELECT 1;\n\\ir part.sql", "Init script 'a.sql' has an error at line 2 of 'part.sql'; correct")]
    [InlineData("a.sql", "SELECT 1;\n\\ir ../part.sql", "Put what it needs into the script's folder")]
    [InlineData("a.sh", "set -e\r\necho hello\r\n", "'a.sh' has Windows line ends (CRLF)")]
    public async Task Script_that_fails_says_where_and_why(string name, string content, string fix)
    {
        using var script = new TempFile(name, content);
        script.Add("part.sql", "SELECT 1;\nSELECT nothing;");

        var error = await Assert.ThrowsAsync<ScriptException>(() => _postgres.ExecuteScriptAsync(script.Path, Kit.Cancellation));

        TestContext.Current.TestOutputHelper!.WriteLine(error.Message);
        Assert.Contains(fix, error.Fix, StringComparison.Ordinal);
    }

    public sealed class Own : IAsyncLifetime
    {
        private readonly TempFile _script = new("billing.sql", "CREATE DATABASE billing;\n\\connect billing\nCREATE TABLE invoice (id int);\nINSERT INTO invoice VALUES (1);");
        private TestInfrastructure? _infra;

        public Own() => Postgres = new PostgresService { Database = "orders", InitScripts = [_script.Path] };

        public PostgresService Postgres { get; }

        internal Overheard Log { get; } = new();

        public async ValueTask InitializeAsync()
        {
            _infra = await Kit.CreateAsync(new() { LoggerFactory = Log });
            await _infra.Register("postgres", Postgres).StartAllAsync(CancellationToken.None);
        }

        public async ValueTask DisposeAsync()
        {
            _script.Dispose();
            if (_infra is not null)
            {
                await _infra.DisposeAsync();
            }
        }
    }
}
