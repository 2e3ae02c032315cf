using IntegrationKit.EngineTests.Support;
using Npgsql;

namespace IntegrationKit.EngineTests.Reset;

/// <summary>How a reset finds what was written to, and what it adds to a database for that.</summary>
public sealed class ResetTests(ResetTests.Database database) : IClassFixture<ResetTests.Database>, IAsyncLifetime
{
    private readonly PostgresService _postgres = database.Postgres;
    private readonly NpgsqlDataSource _data = database.Postgres.DataSource;

    public async ValueTask InitializeAsync() => await ResetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("INSERT INTO touched VALUES (1)")]
    [InlineData("UPDATE touched SET x = 2; TRUNCATE touched")]
    [InlineData("COPY touched FROM PROGRAM 'echo 7'")]
    [InlineData("DELETE FROM owner")]
    [InlineData("SELECT write()")]
    [InlineData("REFRESH MATERIALIZED VIEW kept WITH NO DATA")]
    [InlineData("INSERT INTO numbered (x) VALUES (1); SELECT setval('numbered_id_seq', 77, false)")]
    [InlineData("SET ROLE plain; INSERT INTO touched VALUES (1); RESET ROLE")]
    [InlineData("SET session_replication_role = replica; INSERT INTO touched VALUES (1); RESET session_replication_role")]
    [InlineData("INSERT INTO seen VALUES (5)")]
    [InlineData("MERGE INTO touched t USING (SELECT 3 AS x) s ON t.x = s.x WHEN NOT MATCHED THEN INSERT VALUES (s.x)")]
    [InlineData("WITH gone AS (DELETE FROM owner RETURNING id) INSERT INTO touched SELECT id FROM gone")]
    [InlineData("ALTER TABLE touched DISABLE TRIGGER ALL; INSERT INTO touched VALUES (1)")]
    [InlineData("DROP TABLE IF EXISTS later; CREATE TABLE later AS SELECT 1 AS x")]
    [InlineData("SET ROLE plain; CREATE TABLE IF NOT EXISTS of_plain (x serial); RESET ROLE; INSERT INTO of_plain DEFAULT VALUES")]
    public async Task Write_is_noticed(string sql)
    {
        var baseline = await DatabaseContent.ReadAsync(_data);

        await _data.RunAsync(sql);
        await ResetAsync();

        Assert.Empty(DatabaseContent.Differences(baseline, await DatabaseContent.ReadAsync(_data)));
    }

    [Fact]
    public async Task Large_table_is_emptied_at_once()
    {
        await _data.RunAsync("INSERT INTO touched SELECT generate_series(1, 100000)");
        var file = await _data.ReadAsync<uint>("SELECT relfilenode FROM pg_class WHERE oid = 'touched'::regclass");

        await ResetAsync();

        Assert.Equal(0L, await _data.ReadAsync<long>("SELECT count(*) FROM touched"));
        Assert.NotEqual(file, await _data.ReadAsync<uint>("SELECT relfilenode FROM pg_class WHERE oid = 'touched'::regclass"));
    }

    [Fact]
    public async Task Large_table_that_somebody_reads_is_emptied_too()
    {
        await _data.RunAsync("INSERT INTO touched SELECT generate_series(1, 100000)");
        await using var connection = await _postgres.OpenConnectionAsync(Kit.Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Kit.Cancellation);
        await using var command = new NpgsqlCommand("SELECT count(*) FROM touched", connection, transaction);
        await command.ExecuteScalarAsync(Kit.Cancellation);

        await ResetAsync();

        Assert.Equal(0L, await _data.ReadAsync<long>("SELECT count(*) FROM touched"));
    }

    [Fact]
    public async Task Tools_see_no_trigger_and_event_triggers_of_the_user_see_nothing_of_a_reset()
    {
        Assert.Equal(0L, await _data.ReadAsync<long>("SELECT count(*) FROM information_schema.triggers"));
        Assert.Equal(0L, await _data.ReadAsync<long>("SELECT count(*) FROM ddl_log"));

        await _data.RunAsync("CREATE TABLE made (x int)");
        var seen = await _data.ReadAsync<long>("SELECT count(*) FROM ddl_log");
        await ResetAsync();
        await _data.RunAsync("DROP TABLE made");
        await ResetAsync();

        Assert.Equal(1L, seen);
        Assert.Equal(0L, await _data.ReadAsync<long>("SELECT count(*) FROM ddl_log"));
    }

    [Fact]
    public async Task Prepared_transaction_that_blocks_is_named()
    {
        await _data.RunAsync("BEGIN; INSERT INTO touched VALUES (1); PREPARE TRANSACTION 'left behind'");
        try
        {
            var error = await Assert.ThrowsAsync<IntegrationKitException>(ResetAsync);
            Assert.Contains("prepared transaction 'left behind'", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            await _data.RunAsync("ROLLBACK PREPARED 'left behind'");
        }

        await ResetAsync();
    }

    [Fact]
    public async Task Baseline_captured_again_is_what_counts()
    {
        await _data.RunAsync("INSERT INTO touched VALUES (42)");
        await _postgres.CaptureBaselineAsync(Kit.Cancellation);
        await _data.RunAsync("DELETE FROM touched; INSERT INTO touched VALUES (43)");

        await ResetAsync();

        Assert.Equal(42, await _data.ReadAsync<int>("SELECT x FROM touched"));
        await _data.RunAsync("DELETE FROM touched");
        await _postgres.CaptureBaselineAsync(Kit.Cancellation);
    }

    [Fact]
    public async Task Mark_of_a_dropped_table_is_passed_by()
    {
        await _data.RunAsync("CREATE TABLE dropped (x int)");
        await ResetAsync();
        await _data.RunAsync("DROP TABLE dropped");
        await ResetAsync();
        await _data.RunAsync("INSERT INTO touched VALUES (1); SELECT nextval(oid) FROM pg_class WHERE relnamespace = 'integrationkit'::regnamespace AND relname LIKE 'mark%'");

        await ResetAsync();

        Assert.Equal(0L, await _data.ReadAsync<long>("SELECT count(*) FROM touched"));
        await _data.RunAsync("SELECT nextval(oid) FROM pg_class WHERE relnamespace = 'integrationkit'::regnamespace AND relname = (SELECT 'mark_' || count(*) FROM pg_class WHERE relnamespace = 'integrationkit'::regnamespace AND relname LIKE 'mark%')");
        await ResetAsync();
    }

    [Fact]
    public async Task Database_without_a_table_is_reset()
    {
        var postgres = new PostgresService { Image = Proof.Image };
        await using var infra = await Kit.CreateAsync(new() { ShareServers = true });
        await infra.Register("postgres", postgres).StartAllAsync(Kit.Cancellation);
        await postgres.DataSource.RunAsync("CREATE SEQUENCE later START 5; SELECT nextval('later')");

        await postgres.ResetAsync(Kit.Cancellation);

        Assert.Equal(5L, await postgres.DataSource.ReadAsync<long>("SELECT nextval('later')"));
    }

    private Task ResetAsync() => _postgres.ResetAsync(Kit.Cancellation);

    public sealed class Database : IAsyncLifetime
    {
        private const string Schema =
            """
            CREATE ROLE plain; GRANT CREATE, USAGE ON SCHEMA public TO plain;
            CREATE TABLE owner (id int PRIMARY KEY); INSERT INTO owner VALUES (1);
            CREATE TABLE owned (id int REFERENCES owner ON DELETE CASCADE); INSERT INTO owned VALUES (1);
            CREATE TABLE touched (x int); GRANT ALL ON touched TO plain;
            CREATE TABLE numbered (id serial, x int);
            CREATE MATERIALIZED VIEW kept AS SELECT id FROM owner;
            CREATE VIEW seen AS SELECT x FROM touched;
            CREATE FUNCTION write() RETURNS void LANGUAGE sql AS 'INSERT INTO touched VALUES (9)';
            CREATE TABLE ddl_log (tag text); GRANT INSERT ON ddl_log TO plain;
            CREATE FUNCTION log_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.ddl_log VALUES (tg_tag); END';
            CREATE EVENT TRIGGER of_user ON ddl_command_end EXECUTE FUNCTION log_ddl();
            ALTER EVENT TRIGGER of_user ENABLE ALWAYS;
            """;

        private TestInfrastructure? _infra;

        public PostgresService Postgres { get; } = new()
        {
            Image = Proof.Image,
            Initialize = (source, _) => source.RunAsync(Schema),
            Settings = { ["max_prepared_transactions"] = "5" },
        };

        public async ValueTask InitializeAsync()
        {
            _infra = await Kit.CreateAsync();
            await _infra.Register("postgres", Postgres).StartAllAsync(CancellationToken.None);
        }

        public async ValueTask DisposeAsync()
        {
            if (_infra is not null)
            {
                await _infra.DisposeAsync();
            }
        }
    }
}
