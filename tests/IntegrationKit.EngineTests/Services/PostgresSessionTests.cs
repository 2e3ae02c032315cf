using IntegrationKit.EngineTests.Support;
using Npgsql;

namespace IntegrationKit.EngineTests.Services;

/// <summary>The library's own sessions obey none of a user's settings, and survive backends that a user ends.</summary>
public sealed class PostgresSessionTests(PostgresSessionTests.Hostile hostile) : IClassFixture<PostgresSessionTests.Hostile>
{
    private const string EndAllBackends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'";

    private readonly PostgresService _postgres = hostile.Postgres;

    /// <summary>The fixture's start is the first half of it: script, Initialize and capture have run under these settings.</summary>
    [Fact]
    public async Task Start_reset_and_capture_work_under_settings_that_would_break_them()
    {
        await using var connection = await OpenFreeAsync("SET default_transaction_read_only = off");
        await RunAsync(connection, "INSERT INTO odd.item VALUES (2), (3)");

        await _postgres.ResetAsync(Kit.Cancellation);
        Assert.Equal("1", await ItemsAsync(connection));

        await RunAsync(connection, "INSERT INTO odd.item VALUES (4)");
        await _postgres.CaptureBaselineAsync(Kit.Cancellation);
        await RunAsync(connection, "DELETE FROM odd.item");
        await _postgres.ResetAsync(Kit.Cancellation);
        Assert.Equal("1,4", await ItemsAsync(connection));

        await RunAsync(connection, "DELETE FROM odd.item WHERE id = 4");
        await _postgres.CaptureBaselineAsync(Kit.Cancellation);
    }

    /// <summary>What the sessions of the library really have; the server ends idle ones of others after 200 ms.</summary>
    [Fact]
    public async Task Own_sessions_have_their_own_settings()
    {
        await _postgres.ResetAsync(Kit.Cancellation);
        await using var connection = await OpenFreeAsync();
        await using var command = new NpgsqlCommand("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'IntegrationKit' AND state_change < now() - interval '400 ms'", connection);
        await Kit.UntilAsync(async () => (long)(await command.ExecuteScalarAsync(Kit.Cancellation))! > 0);

        // Every setting of a session that was made to get in the way is told by name.
        Assert.Equal("", await hostile.ReadRefusedAsync());
    }

    [Fact]
    public async Task Backends_that_a_test_ends_do_not_end_a_reset_or_a_capture()
    {
        await using var connection = await OpenFreeAsync("SET default_transaction_read_only = off");
        await _postgres.ResetAsync(Kit.Cancellation);
        await RunAsync(connection, "INSERT INTO odd.item VALUES (2)");
        await RunAsync(connection, EndAllBackends);

        await _postgres.ResetAsync(Kit.Cancellation);
        Assert.Equal("1", await ItemsAsync(connection));

        await RunAsync(connection, EndAllBackends);
        await _postgres.CaptureBaselineAsync(Kit.Cancellation);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Kit.Cancellation);
    }

    private static async Task<string> ItemsAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("SELECT string_agg(id::text, ',' ORDER BY id) FROM odd.item", connection);
        return (string)(await command.ExecuteScalarAsync(Kit.Cancellation))!;
    }

    /// <summary>A test's session that does not obey the settings either.</summary>
    private async Task<NpgsqlConnection> OpenFreeAsync(string? sql = null)
    {
        var connection = new NpgsqlConnection(_postgres.ConnectionString + ";Pooling=false;Options=-c role=none -c statement_timeout=0 -c idle_session_timeout=0");
        await connection.OpenAsync(Kit.Cancellation);
        if (sql is not null)
        {
            await RunAsync(connection, sql);
        }

        return connection;
    }

    public sealed class Hostile : IAsyncLifetime
    {
        // Each would break the library's own statements, for instance: 'quote_ident' in the schema "odd" hides PostgreSQL's.
        private const string Script =
            """
            CREATE SCHEMA odd;
            CREATE TABLE odd.item (id int);
            INSERT INTO odd.item VALUES (1);
            CREATE FUNCTION odd.quote_ident(text) RETURNS text LANGUAGE sql AS 'SELECT ''nonsense''';
            CREATE FUNCTION odd.set_config(text, text, bool) RETURNS text LANGUAGE sql AS 'SELECT ''nonsense''';
            CREATE ROLE powerless;
            SELECT pg_sleep(0.3);
            DO $$
            DECLARE setting text;
            BEGIN
                FOREACH setting IN ARRAY ARRAY[
                    'default_transaction_isolation = serializable', 'default_transaction_deferrable = on', 'default_transaction_read_only = on',
                    'lock_timeout = 1', 'idle_in_transaction_session_timeout = 1', 'search_path = odd, pg_catalog', 'session_replication_role = replica',
                    'row_security = on', 'exit_on_error = on', 'client_min_messages = debug5', 'default_table_access_method = no_such', 'transform_null_equals = on',
                    'array_nulls = off', 'standard_conforming_strings = off', 'temp_file_limit = 0', 'plpgsql.extra_errors = ''all'''] LOOP
                    EXECUTE format('ALTER DATABASE postgres SET %s', setting);
                END LOOP;
            END $$;
            ALTER ROLE postgres IN DATABASE postgres SET role = powerless;
            ALTER ROLE postgres SET statement_timeout = 1;
            """;

        private readonly TempFile _script = new("hostile.sql", Script);
        private TestInfrastructure? _infra;

        public Hostile() => Postgres = new PostgresService
        {
            InitScripts = [_script.Path],
            Settings = { ["statement_timeout"] = "100", ["idle_session_timeout"] = "200", ["lock_timeout"] = "1" },
            Initialize = (_, _) => Task.CompletedTask,
        };

        public PostgresService Postgres { get; }

        public async ValueTask InitializeAsync()
        {
            _infra = await Kit.CreateAsync();
            await _infra.Register("postgres", Postgres).StartAllAsync(CancellationToken.None);
        }

        /// <summary>Nothing of what the log says was refused to the library: its sessions name themselves.</summary>
        public async Task<string> ReadRefusedAsync()
        {
            var lines = await Postgres.ReadLogAsync(Kit.Cancellation).Select(each => each.Text).Where(each => each.Contains("terminating connection due to idle", StringComparison.Ordinal)).ToListAsync(Kit.Cancellation);
            return string.Join('\n', lines);
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
