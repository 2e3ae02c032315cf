using IntegrationKit.EngineTests.Sharing;
using IntegrationKit.EngineTests.Support;
using Npgsql;

namespace IntegrationKit.EngineTests.Reset;

/// <summary>Tests and applications that change the schema: a clear error, or the right content, and the next reset works again.</summary>
[Collection(nameof(SharedKit))]
public sealed class SchemaChangeTests : IClassFixture<SharedKit.EndOfRun>
{
    private const string Schema =
        """
        CREATE TABLE kept (id int PRIMARY KEY, name text); INSERT INTO kept VALUES (1, 'one');
        CREATE TABLE many (id int PRIMARY KEY, name text); INSERT INTO many SELECT g, 'n' || g FROM generate_series(1, 300) g;
        CREATE TABLE empty_one (id int, note text);
        CREATE SEQUENCE numbers; CREATE VIEW seen AS SELECT 1 AS x; CREATE SCHEMA other; CREATE TABLE other.last (x int);
        """;

    private static readonly Dictionary<string, string> Mark = SharedKit.Mark();

    private readonly PostgresService _postgres = new() { Image = Proof.Image, Initialize = new DatabaseInitializer("schema changes", (source, _) => source.RunAsync(Schema)), Labels = Mark };

    private NpgsqlDataSource Data => _postgres.DataSource;

    [Theory]
    [InlineData("DROP TABLE kept", "table public.kept of the baseline is gone, and 2 more")]
    [InlineData("DROP TABLE empty_one", "table public.empty_one of the baseline is gone")]
    [InlineData("ALTER TABLE empty_one RENAME TO other_name", "table public.empty_one of the baseline is gone")]
    [InlineData("ALTER TABLE empty_one DROP note", "column note of table public.empty_one of the baseline is gone.")]
    [InlineData("DROP SEQUENCE numbers", "sequence public.numbers of the baseline is gone.")]
    [InlineData("DROP VIEW seen", "view public.seen of the baseline is gone.")]
    [InlineData("DROP SCHEMA other CASCADE", "table other.last of the baseline is gone")]
    [InlineData("DROP SCHEMA public CASCADE; CREATE SCHEMA public", "table public.empty_one of the baseline is gone")]
    [InlineData("ALTER TABLE kept ALTER name TYPE date USING NULL", "written into table public.kept: column \"name\" is of type date")]
    [InlineData("ALTER TABLE kept ADD needed int; UPDATE kept SET needed = 1; ALTER TABLE kept ALTER needed SET NOT NULL", "written into table public.kept: null value in column \"needed\"")]
    [InlineData("ALTER TABLE kept ALTER name TYPE varchar(2)", "written into table public.kept: value too long")]
    public async Task Change_that_takes_something_from_the_baseline_is_named_until_it_counts_as_the_baseline(string sql, string named)
    {
        await using var infra = await SharedKit.StartAsync(_postgres);
        await Data.RunAsync("SET client_min_messages = error; DELETE FROM kept; INSERT INTO kept VALUES (2, 'a'); " + sql);

        foreach (var _ in Enumerable.Range(0, 2))
        {
            var error = await Assert.ThrowsAsync<IntegrationKitException>(ResetAsync);
            Assert.Contains(named, error.Message, StringComparison.Ordinal);
            Assert.Contains("call CaptureBaselineAsync", error.Message, StringComparison.Ordinal);
        }

        await _postgres.CaptureBaselineAsync(Kit.Cancellation);
        var baseline = await DatabaseContent.ReadAsync(Data);
        await Data.RunAsync("CREATE TABLE further AS SELECT 1 AS x");
        await ResetAsync();
        Assert.Empty(DatabaseContent.Differences(baseline, await DatabaseContent.ReadAsync(Data)));
    }

    [Theory]
    [InlineData("ALTER TABLE many ADD extra text; UPDATE many SET extra = 'of a test' WHERE id = 7", "SELECT count(*) FROM many WHERE extra IS NOT NULL", 0)]
    [InlineData("ALTER TABLE kept ADD extra text DEFAULT 'd'; UPDATE kept SET extra = 'of a test'", "SELECT count(*) FROM kept WHERE extra = 'd'", 1)]
    [InlineData("DROP TABLE empty_one; CREATE TABLE empty_one (note text, id bigint); INSERT INTO empty_one VALUES ('x', 1)", "SELECT count(*) FROM empty_one", 0)]
    public async Task Change_that_the_baseline_fits_into_needs_nothing(string sql, string query, long expected)
    {
        await using var infra = await SharedKit.StartAsync(_postgres);

        await Data.RunAsync(sql);
        await ResetAsync();

        Assert.Equal(expected, await Data.ReadAsync<long>(query));
        Assert.Equal(300L, await Data.ReadAsync<long>("SELECT count(*) FROM many WHERE name = 'n' || id"));
        Assert.Equal("one", await Data.ReadAsync<string>("SELECT string_agg(name, ',') FROM kept"));
    }

    [Fact]
    public async Task Application_that_makes_its_schema_anew_over_an_open_connection_gets_the_baseline_back()
    {
        await using var infra = await SharedKit.StartAsync(_postgres);
        var baseline = await DatabaseContent.ReadAsync(Data);
        await using var application = await _postgres.OpenConnectionAsync(Kit.Cancellation);

        // The reset waits for the migration, and finds other tables of the same names.
        await RunAsync(application, $"BEGIN; SET LOCAL client_min_messages = error; DROP SCHEMA public, other CASCADE; CREATE SCHEMA public; {Schema} INSERT INTO kept VALUES (9, 'migrated')");
        var reset = ResetAsync();
        await Kit.UntilAsync(async () => await Data.ReadAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") > 0);
        await RunAsync(application, "COMMIT");

        await reset;
        Assert.Empty(DatabaseContent.Differences(baseline, await DatabaseContent.ReadAsync(Data)));
        await RunAsync(application, "INSERT INTO kept VALUES (10, 'later')");
        await ResetAsync();
        Assert.Empty(DatabaseContent.Differences(baseline, await DatabaseContent.ReadAsync(Data)));
    }

    [Fact]
    public async Task Table_of_a_transaction_that_was_open_while_the_baseline_was_captured_is_watched()
    {
        await using var infra = await SharedKit.StartAsync(_postgres);
        await using var application = await _postgres.OpenConnectionAsync(Kit.Cancellation);
        await RunAsync(application, "BEGIN; CREATE TABLE made (x int)");
        await _postgres.CaptureBaselineAsync(Kit.Cancellation);
        await RunAsync(application, "COMMIT");
        await ResetAsync();

        await RunAsync(application, "INSERT INTO made VALUES (1)");
        await ResetAsync();

        Assert.Equal(0L, await Data.ReadAsync<long>("SELECT count(*) FROM made"));
    }

    [Fact]
    public async Task Event_trigger_that_refuses_every_change_of_the_schema_does_not_stop_a_start_a_reset_or_a_capture()
    {
        var postgres = new PostgresService
        {
            Image = Proof.Image,
            Labels = Mark,
            Initialize = (source, _) => source.RunAsync(
                """
                CREATE TABLE t AS SELECT 1 AS x;
                CREATE MATERIALIZED VIEW later AS SELECT x FROM t WITH NO DATA;
                CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF current_setting('allow.ddl', true) IS DISTINCT FROM 'on' THEN RAISE EXCEPTION 'not allowed: %', tg_tag; END IF; END $$;
                CREATE EVENT TRIGGER a ON ddl_command_start EXECUTE FUNCTION refuse();
                SET allow.ddl = on;
                CREATE EVENT TRIGGER b ON ddl_command_end EXECUTE FUNCTION refuse(); CREATE EVENT TRIGGER c ON sql_drop EXECUTE FUNCTION refuse();
                ALTER EVENT TRIGGER a ENABLE ALWAYS; ALTER EVENT TRIGGER b ENABLE ALWAYS; ALTER EVENT TRIGGER c ENABLE REPLICA;
                RESET allow.ddl;
                """),
        };
        await using var infra = await SharedKit.StartAsync(postgres);
        await postgres.DataSource.RunAsync("SET allow.ddl = on; CREATE TABLE since AS SELECT 1 AS x; REFRESH MATERIALIZED VIEW later; RESET allow.ddl; DELETE FROM t");

        await postgres.ResetAsync(Kit.Cancellation);

        Assert.Equal(1L, await postgres.DataSource.ReadAsync<long>("SELECT count(*) FROM t"));
        Assert.False(await postgres.DataSource.ReadAsync<bool>("SELECT relispopulated FROM pg_class WHERE relname = 'later'"));
        await postgres.CaptureBaselineAsync(Kit.Cancellation);
        await Assert.ThrowsAsync<PostgresException>(() => postgres.DataSource.RunAsync("CREATE TABLE refused (x int)"));
    }

    /// <summary>Up to PostgreSQL 15. Later ones refuse to take it from the first role.</summary>
    [Fact]
    public async Task Role_that_is_no_longer_a_superuser_is_named()
    {
        var postgres = new PostgresService { OwnServer = true, User = "app", Initialize = (source, _) => source.RunAsync("ALTER ROLE app NOSUPERUSER") };
        await using var infra = await SharedKit.CreateAsync(postgres);

        var error = await Kit.StartFailsAsync<ServiceStartException>(infra);

        Assert.Contains("Its role 'app', with which the server was started, has to be a superuser", error.Message, StringComparison.Ordinal);
    }

    private Task ResetAsync() => _postgres.ResetAsync(Kit.Cancellation);

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Kit.Cancellation);
    }
}
