using IntegrationKit.EngineTests.Security;
using IntegrationKit.EngineTests.Support;
using Npgsql;

namespace IntegrationKit.EngineTests.Sharing;

/// <summary>
/// Everything of PostgreSQL that belongs to a whole server, and what becomes of it on one that is shared: isolated, refused, or
/// told. The same list is in docs/postgresql.md.
/// </summary>
[Collection(nameof(SharedKit))]
public sealed class ServerWideTests : IClassFixture<SharedKit.EndOfRun>
{
    private const string OwnServer = "Set OwnServer = true";

    /// <summary>What is refused where an init script or Initialize does it: the statements, and how the error names it.</summary>
    public static TheoryData<string, string> Refused => new()
    {
        { "CREATE DATABASE billing", "database \"billing\"" },
        { "\\! mkdir /tmp/fast && chown postgres /tmp/fast\nCREATE TABLESPACE fast LOCATION '/tmp/fast'", "tablespace \"fast\"" },
        { "SELECT pg_create_physical_replication_slot('standby')", "replication slot \"standby\"" },
        { "SELECT pg_create_logical_replication_slot('changes', 'pgoutput')", "replication slot \"changes\"" },
        { "SELECT pg_replication_origin_create('upstream')", "replication origin \"upstream\"" },
        { "CREATE SUBSCRIPTION feed CONNECTION '' PUBLICATION p WITH (connect = false)", "subscription \"feed\"" },
        { "ALTER ROLE ALL SET work_mem = '5MB'", "settings of role \"ALL\"" },
        { "ALTER ROLE postgres SET work_mem = '5MB'", "settings of role \"postgres\"" },
        { "ALTER ROLE postgres CONNECTION LIMIT 300", "role \"postgres\"" },
        { "GRANT pg_monitor TO postgres", "membership \"postgres in pg_monitor\"" },
        { "GRANT SET ON PARAMETER work_mem TO PUBLIC", "privileges on parameter \"work_mem\"" },
        { "CREATE TABLE t (x int); BEGIN; INSERT INTO t VALUES (1); PREPARE TRANSACTION 'open'", "prepared transaction \"open\"" },
        { "\\connect postgres\nCREATE TABLE elsewhere (x int)", "relation in the database \"postgres\" \"elsewhere\"" },
        { "ALTER DATABASE postgres SET work_mem = '5MB'", "settings of database \"postgres\"" },
        { "GRANT CREATE ON DATABASE postgres TO PUBLIC", "database \"postgres\"" },
        { "ALTER SYSTEM SET work_mem = '5MB'", "ALTER SYSTEM concerns the whole server" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Init_script_is_refused(string statements, string named)
    {
        using var script = new TempFile("init.sql", statements);
        await using var infra = await SharedKit.CreateAsync(Server(script.Path));

        var error = await Kit.StartFailsAsync<ServiceStartException>(infra);

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains("OwnServer = true", error.LikelyCause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_that_scripts_make_and_use_is_told_with_the_one_that_is_left_empty()
    {
        using var script = new TempFile("shop.sql", "CREATE DATABASE shop;\n\\connect shop\nCREATE TABLE item (id int);");
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await using var infra = await SharedKit.CreateAsync(Server(script.Path));
            var error = await Kit.StartFailsAsync<ServiceStartException>(infra);
            Assert.Contains("database \"shop\". The service's own database, whose name is in $POSTGRES_DB, was left empty. " + OwnServer, error.Message, StringComparison.Ordinal);
        }

        // Another script finds the database that was left.
        using var other = new TempFile("other.sql", "CREATE DATABASE shop; SELECT 1;");
        await using var second = await SharedKit.CreateAsync(Server(other.Path));
        var exists = await Kit.StartFailsAsync<ServiceStartException>(second);
        Assert.Contains("The database \"shop\" belongs to the whole server", exists.LikelyCause, StringComparison.Ordinal);
        Assert.Contains(OwnServer, exists.LikelyCause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Initialize_is_refused(bool hasKey)
    {
        var database = $"made_by_{(hasKey ? "template" : "slice")}";
        Func<NpgsqlDataSource, CancellationToken, Task> work = (data, _) => data.RunAsync($"CREATE DATABASE {database}");
        await using var infra = await SharedKit.CreateAsync(Server(initialize: hasKey ? new DatabaseInitializer(database, work) : work));

        var error = await Kit.StartFailsAsync<ServiceStartException>(infra);

        Assert.Contains($"database \"{database}\"", error.Message, StringComparison.Ordinal);
        Assert.Contains(OwnServer, error.LikelyCause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tests_are_told_what_they_make_once_by_the_stop_at_the_latest()
    {
        var log = new Overheard();
        var postgres = Server();
        await using var infra = (await Kit.CreateAsync(new() { ShareServers = true, LoggerFactory = log })).Register("postgres", postgres);
        await infra.StartAllAsync(Kit.Cancellation);
        await postgres.DataSource.RunAsync("CREATE ROLE made_by_test");
        await postgres.DataSource.RunAsync("CREATE DATABASE database_made_by_test");
        var refused = await Assert.ThrowsAsync<PostgresException>(() => postgres.DataSource.RunAsync("ALTER SYSTEM SET work_mem = '5MB'"));

        await infra.StopAllAsync(Kit.Cancellation);
        await infra.StartAllAsync(Kit.Cancellation);
        await infra.StopAllAsync(Kit.Cancellation);

        Assert.Contains("postgresql.auto.conf.tmp", refused.MessageText, StringComparison.Ordinal);
        var told = Assert.Single(log.With("made_by_test"));
        Assert.Contains("database \"database_made_by_test\", role \"made_by_test\"", told, StringComparison.Ordinal);
        Assert.Contains(OwnServer, told, StringComparison.Ordinal);
        Assert.StartsWith("Warning", told, StringComparison.Ordinal);
    }

    /// <summary>One that stays keeps its database from being dropped, and holds up whoever makes a logical replication slot.</summary>
    [Fact]
    public async Task Prepared_transactions_do_not_outlive_their_database()
    {
        using var script = new TempFile("init.sql", "CREATE TABLE p (x int); BEGIN; INSERT INTO p VALUES (1); PREPARE TRANSACTION 'of a script'");
        await using var refused = await SharedKit.CreateAsync(Server(script.Path));
        await Kit.StartFailsAsync<ServiceStartException>(refused);
        var left = Server();
        await using (await SharedKit.StartAsync(left))
        {
            await left.DataSource.RunAsync("CREATE TABLE p (x int)");
            await left.DataSource.RunAsync("BEGIN; INSERT INTO p VALUES (1); PREPARE TRANSACTION 'of a test'");
        }

        var postgres = Server();
        await using var infra = await SharedKit.StartAsync(postgres);

        Assert.Equal(0L, await postgres.DataSource.ReadAsync<long>("SELECT count(*) FROM pg_prepared_xacts"));
    }

    [Fact]
    public async Task Role_that_the_library_logs_in_with_is_named_if_a_test_has_changed_it()
    {
        var postgres = Server();
        await using var infra = await SharedKit.StartAsync(postgres);
        var password = new NpgsqlConnectionStringBuilder(postgres.ConnectionString).Password;
        await using var connection = await postgres.OpenConnectionAsync(Kit.Cancellation);
        await using var command = new NpgsqlCommand("ALTER ROLE postgres PASSWORD 'another'", connection);
        await command.ExecuteNonQueryAsync(Kit.Cancellation);
        try
        {
            var error = await Assert.ThrowsAsync<IntegrationKitException>(() => postgres.ResetAsync(Kit.Cancellation));
            Assert.Contains("A test has changed the role that the service was started with", error.Message, StringComparison.Ordinal);
            Assert.Contains("OwnServer = true", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            command.CommandText = $"ALTER ROLE postgres PASSWORD '{password}'";
            await command.ExecuteNonQueryAsync(Kit.Cancellation);
        }
    }

    /// <summary>What belongs to one database, whatever it may look like.</summary>
    [Fact]
    public async Task What_belongs_to_a_database_is_isolated()
    {
        using var script = new TempFile("init.sql", "CREATE TABLE t (x int); CREATE ROLE owner_of_t; ALTER ROLE owner_of_t SET work_mem = '5MB'; GRANT pg_monitor TO owner_of_t; ALTER TABLE t OWNER TO owner_of_t");
        var log = new Overheard();
        PostgresService[] both = [Server(script.Path), Server(script.Path)];
        await using var infra = (await Kit.CreateAsync(new() { ShareServers = true, LoggerFactory = log })).Register("one", both[0]).Register("two", both[1]);
        await infra.StartAllAsync(Kit.Cancellation);
        await using var one = await both[0].OpenConnectionAsync(Kit.Cancellation);
        await using var two = await both[1].OpenConnectionAsync(Kit.Cancellation);
        var heard = new List<string>();
        two.Notification += (_, note) => heard.Add(note.Payload);
        await both[0].DataSource.RunAsync("CREATE PUBLICATION p FOR ALL TABLES; CREATE EXTENSION IF NOT EXISTS plpgsql; SELECT lo_create(4711); SELECT pg_stat_reset(); CREATE COLLATION c (locale = 'C')");
        await both[0].DataSource.RunAsync($"ALTER DATABASE \"{both[0].DatabaseName}\" SET join_collapse_limit = 7");

        Assert.True(await ReadAsync<bool>(one, "SELECT pg_try_advisory_lock(1)"));
        Assert.True(await ReadAsync<bool>(two, "SELECT pg_try_advisory_lock(1)"));
        await ReadAsync<int>(two, "LISTEN news; SELECT 1");
        await ReadAsync<int>(one, "NOTIFY news, 'from the first'; SELECT 1");
        await ReadAsync<int>(two, "NOTIFY news, 'from the second'; SELECT 1");
        await ReadAsync<int>(two, "SELECT 1");

        Assert.Equal(["from the second"], heard);
        Assert.Equal("0/0/0/8", await both[1].DataSource.ReadAsync<string>(
            "SELECT concat_ws('/', (SELECT count(*) FROM pg_publication), (SELECT count(*) FROM pg_largeobject_metadata), (SELECT count(*) FROM pg_collation WHERE oid >= 16384), current_setting('join_collapse_limit'))"));

        // A role of the script's own is what its grants refer to: shared by all who have the template, and nobody is warned.
        Assert.Equal("owner_of_t", await both[1].DataSource.ReadAsync<string>("SELECT tableowner::text FROM pg_tables WHERE tablename = 't'"));
        await infra.StopAllAsync(Kit.Cancellation);
        Assert.Empty(log.With("owner_of_t"));
    }

    private static async Task<T> ReadAsync<T>(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(Kit.Cancellation))!;
    }

    /// <summary>All of this class share one server, on which everything of the list is possible.</summary>
    private static PostgresService Server(string? script = null, Func<NpgsqlDataSource, CancellationToken, Task>? initialize = null) => new()
    {
        InitScripts = script is null ? [] : [script],
        Initialize = initialize,
        Settings = { ["wal_level"] = "logical", ["max_prepared_transactions"] = "10" },
    };
}
