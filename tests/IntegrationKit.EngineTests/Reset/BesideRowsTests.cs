using System.Globalization;
using IntegrationKit.EngineTests.Security;
using IntegrationKit.EngineTests.Sharing;
using IntegrationKit.EngineTests.Support;
using Npgsql;

namespace IntegrationKit.EngineTests.Reset;

/// <summary>
/// What a database has beside the rows of its tables: restored, left alone, or told. The same list is in docs/postgresql.md; what
/// belongs to a whole server is in <see cref="ServerWideTests"/>.
/// </summary>
[Collection(nameof(SharedKit))]
public sealed class BesideRowsTests : IClassFixture<SharedKit.EndOfRun>
{
    private const string Schema =
        """
        CREATE TABLE item (id int); INSERT INTO item VALUES (1);
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'reader') THEN CREATE ROLE reader; END IF;
            EXECUTE format('ALTER DATABASE %I SET app.of_database = ''baseline, "quoted"''', current_database());
            EXECUTE format('ALTER ROLE reader IN DATABASE %I SET app.of_role = ''baseline''', current_database());
        END $$;
        SELECT lo_from_bytea(7000, 'kept'), lo_from_bytea(7001, 'without a comment');
        COMMENT ON LARGE OBJECT 7000 IS 'the baseline''s';
        """;

    private static readonly Dictionary<string, string> Mark = SharedKit.Mark();

    private readonly PostgresService _postgres = new()
    {
        Image = Proof.Image,
        Database = "beside",
        Initialize = new DatabaseInitializer("beside rows", (source, _) => source.RunAsync(Schema)),
        Labels = Mark,
        Settings = { ["wal_level"] = "logical" },
    };

    private NpgsqlDataSource Data => _postgres.DataSource;

    [Theory]
    [InlineData("ALTER DATABASE {0} SET app.of_database = 'of a test'")]
    [InlineData("ALTER DATABASE {0} RESET ALL")]
    [InlineData("ALTER ROLE reader IN DATABASE {0} RESET app.of_role; ALTER ROLE postgres IN DATABASE {0} SET work_mem = '5MB'")]
    public async Task Settings_of_the_database_and_of_roles_in_it_are_restored(string sql)
    {
        const string Settings = "SELECT jsonb_agg(setconfig ORDER BY setconfig)::text FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database()";
        await using var infra = await SharedKit.StartAsync(_postgres);
        var baseline = await Data.ReadAsync<string>(Settings);
        await Data.RunAsync(string.Format(CultureInfo.InvariantCulture, sql, _postgres.DatabaseName));

        await ResetAsync();

        Assert.Equal(baseline, await Data.ReadAsync<string>(Settings));
        Assert.Equal("""[["app.of_database=baseline, \"quoted\""], ["app.of_role=baseline"]]""", baseline);
        NpgsqlConnection.ClearAllPools();
        Assert.Equal("baseline, \"quoted\"", await Data.ReadAsync<string>("SELECT current_setting('app.of_database')"));
    }

    [Theory]
    [InlineData("SELECT lo_put(7000, 0, 'changed')")]
    [InlineData("SELECT lo_unlink(7000), lo_unlink(7001)")]
    [InlineData("COMMENT ON LARGE OBJECT 7000 IS NULL; COMMENT ON LARGE OBJECT 7001 IS 'of a test'")]
    [InlineData("COMMENT ON LARGE OBJECT 7000 IS 'of a test'")]
    public async Task Comments_on_large_objects_are_restored(string sql)
    {
        await using var infra = await SharedKit.StartAsync(_postgres);
        await Data.RunAsync(sql);

        await ResetAsync();

        Assert.Equal("7000 kept the baseline's,7001 without a comment ", await Data.ReadAsync<string>(
            "SELECT string_agg(concat_ws(' ', oid, convert_from(lo_get(oid), 'UTF8'), coalesce(obj_description(oid, 'pg_largeobject'), '')), ',' ORDER BY oid) FROM pg_largeobject_metadata"));
    }

    /// <summary>As of pg_cron and others: an extension's own tables that hold what a user has entered, told by pg_extension_config_dump.</summary>
    [Fact]
    public async Task Tables_in_which_an_extension_keeps_the_users_rows_are_restored()
    {
        const string Control = "default_version = '1'\nrelocatable = true\n";
        const string Script =
            """
            CREATE TABLE job (id serial PRIMARY KEY, command text);
            SELECT pg_extension_config_dump('job', 'WHERE id > 1');
            SELECT pg_extension_config_dump('job_id_seq', '');
            """;
        await using var infra = await SharedKit.StartAsync(_postgres);
        var made = await _postgres.ExecAsync(
            ["sh", "-c", "cd \"$(pg_config --sharedir)/extension\" && printf '%s' \"$1\" > kit_cron.control && printf '%s' \"$2\" > kit_cron--1.sql", "sh", Control, Script], Kit.Cancellation);
        Assert.Equal(0L, made.ExitCode);
        await Data.RunAsync("CREATE EXTENSION kit_cron; INSERT INTO job (command) VALUES ('first'), ('second')");
        await _postgres.CaptureBaselineAsync(Kit.Cancellation);

        await Data.RunAsync("DELETE FROM job WHERE command = 'first'; INSERT INTO job (command) VALUES ('of a test')");
        await ResetAsync();

        Assert.Equal("1first,2second", await Data.ReadAsync<string>("SELECT string_agg(id || command, ',' ORDER BY id) FROM job"));
        Assert.Equal(3, await Data.ReadAsync<int>("INSERT INTO job (command) VALUES ('next') RETURNING id"));
    }

    [Fact]
    public async Task Advisory_locks_and_channels_of_an_open_connection_are_left_alone_and_hear_nothing_of_a_reset()
    {
        await using var infra = await SharedKit.StartAsync(_postgres);
        await using var connection = await _postgres.OpenConnectionAsync(Kit.Cancellation);
        List<string> heard = [];
        connection.Notification += (_, args) => heard.Add(args.Payload);
        await RunAsync(
            connection,
            """
            LISTEN changes; SELECT pg_advisory_lock(42);
            CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_notify(''changes'', TG_OP); RETURN NULL; END';
            CREATE TRIGGER tells AFTER INSERT OR DELETE ON item FOR EACH ROW EXECUTE FUNCTION tell(); ALTER TABLE item ENABLE ALWAYS TRIGGER tells;
            INSERT INTO item VALUES (2);
            """);

        await ResetAsync();

        await RunAsync(connection, "NOTIFY changes, 'still open'");
        Assert.Equal(["INSERT", "still open"], heard);
        Assert.False(await Data.ReadAsync<bool>("SELECT pg_try_advisory_lock(42)"));
    }

    [Fact]
    public async Task Replication_slot_of_a_test_does_not_outlive_the_database()
    {
        await using var keeper = await SharedKit.StartAsync(new PostgresService { Image = Proof.Image, Labels = Mark, Settings = { ["wal_level"] = "logical" } });
        var other = (PostgresService)keeper.Services[0];
        await using (var infra = await SharedKit.StartAsync(_postgres))
        {
            await Data.RunAsync("SELECT pg_create_logical_replication_slot('of_a_test', 'pgoutput')");
            Assert.Equal(other.ContainerId, _postgres.ContainerId);
        }

        await Kit.UntilAsync(async () => await other.DataSource.ReadAsync<long>(
            "SELECT (SELECT count(*) FROM pg_replication_slots) + (SELECT count(*) FROM pg_database WHERE datname LIKE 'beside%')") == 0);
    }

    [Fact]
    public async Task Migration_history_that_is_emptied_is_told_once()
    {
        var log = new Overheard();
        await using var infra = await Kit.CreateAsync(new() { ShareServers = true, LoggerFactory = log });
        await infra.Register("orders", _postgres).StartAllAsync(Kit.Cancellation);
        await Data.RunAsync("""CREATE SCHEMA app; CREATE TABLE app."__EFMigrationsHistory" (id text); CREATE TABLE versioninfo (x int); CREATE TABLE plain AS SELECT 1 AS x""");
        await ResetAsync();
        Assert.Empty(log.With("keeps track"));

        foreach (var _ in Enumerable.Range(0, 2))
        {
            await Data.RunAsync("""INSERT INTO app."__EFMigrationsHistory" VALUES ('20260101_First'); CREATE TABLE IF NOT EXISTS further (x int); DROP TABLE further""");
            await ResetAsync();
        }

        var told = Assert.Single(log.With("keeps track"));
        Assert.StartsWith("""Warning The reset of service 'orders' has emptied app."__EFMigrationsHistory" in database""", told, StringComparison.Ordinal);
        Assert.Contains("CaptureBaselineAsync", told, StringComparison.Ordinal);
        Assert.Equal(0L, await Data.ReadAsync<long>("""SELECT count(*) FROM app."__EFMigrationsHistory" """));
    }

    private Task ResetAsync() => _postgres.ResetAsync(Kit.Cancellation);

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Kit.Cancellation);
    }
}
