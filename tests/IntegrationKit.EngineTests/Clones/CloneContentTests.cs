using IntegrationKit.EngineTests.Reset;
using IntegrationKit.EngineTests.Sharing;
using IntegrationKit.EngineTests.Support;
using Npgsql;

namespace IntegrationKit.EngineTests.Clones;

/// <summary>A further database has the content of the service's baseline, whatever the baseline came from and whatever was written since.</summary>
[Collection(nameof(SharedKit))]
public sealed class CloneContentTests : IClassFixture<SharedKit.EndOfRun>
{
    private static int Schemas => LongRun.IsOn ? 100 : 2;

    /// <summary>Every other one from a template of files, the others from one of pg_dump.</summary>
    [Fact]
    public async Task Clone_of_a_random_schema_has_the_baseline_and_can_be_reset()
    {
        var first = LongRun.Seed ?? 1;
        List<string> failures = [];
        for (var seed = first; seed < first + Schemas; seed++)
        {
            failures.AddRange((await TryAsync(new RandomSchema(seed), seed)).Select(each => $"{LongRun.SeedVariable}={seed}: {each}"));
        }

        Assert.True(failures.Count == 0, string.Join(Environment.NewLine, failures.Take(20)));
    }

    [Fact]
    public async Task Baseline_captured_again_is_what_the_next_clone_has()
    {
        var postgres = Service("CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, x text); INSERT INTO t (x) VALUES ('first')", isKeyed: true);
        await using var infra = await SharedKit.StartAsync(postgres);
        await using var application = await postgres.OpenConnectionAsync(Kit.Cancellation);
        await using (var before = await postgres.CreateDatabaseAsync(Kit.Cancellation))
        {
            Assert.Equal("first", await before.DataSource.ReadAsync<string>("SELECT string_agg(x, ' ' ORDER BY id) FROM t"));
        }

        // A capture of what was not written to changes nothing, and so the template stays.
        await postgres.CaptureBaselineAsync(Kit.Cancellation);
        await (await postgres.CreateDatabaseAsync(Kit.Cancellation)).DisposeAsync();
        Assert.Equal(0L, await postgres.DataSource.ReadAsync<long>($"SELECT count(*) FROM pg_database WHERE datname LIKE 'integrationkit_template_of_{postgres.DatabaseName}%'"));

        await postgres.DataSource.RunAsync("INSERT INTO t (x) VALUES ('second'); CREATE TABLE added AS SELECT 7 AS y");
        await postgres.CaptureBaselineAsync(Kit.Cancellation);
        await postgres.DataSource.RunAsync("INSERT INTO t (x) VALUES ('of a test'); DELETE FROM added");

        for (var i = 0; i < 2; i++)
        {
            await using var after = await postgres.CreateDatabaseAsync(Kit.Cancellation);
            Assert.Equal("first second", await after.DataSource.ReadAsync<string>("SELECT string_agg(x, ' ' ORDER BY id) FROM t"));
            Assert.Equal(7, await after.DataSource.ReadAsync<int>("SELECT y FROM added"));
            Assert.Equal(3, await after.DataSource.ReadAsync<int>("INSERT INTO t (x) VALUES ('third') RETURNING id"));
            await after.ResetAsync(Kit.Cancellation);
            Assert.Equal(2L, await after.DataSource.ReadAsync<long>("SELECT count(*) FROM t"));
        }

        Assert.Equal(1L, await postgres.DataSource.ReadAsync<long>("SELECT count(*) FROM t WHERE x = 'of a test'"));
    }

    [Fact]
    public async Task Clones_on_a_server_of_ones_own_have_the_baseline()
    {
        var postgres = new PostgresService { Initialize = (source, _) => source.RunAsync("CREATE TABLE t AS SELECT 1 AS x"), OwnServer = true };
        await using var infra = await SharedKit.StartAsync(postgres);
        await postgres.DataSource.RunAsync("INSERT INTO t VALUES (2)");

        await using var one = await postgres.CreateDatabaseAsync(Kit.Cancellation);
        await using var two = await postgres.CreateDatabaseAsync(Kit.Cancellation);
        await infra.CaptureBaselineAsync(Kit.Cancellation);
        await one.DataSource.RunAsync("INSERT INTO t VALUES (3)");
        await postgres.ResetAsync(Kit.Cancellation);

        Assert.Equal(2L, await one.DataSource.ReadAsync<long>("SELECT count(*) FROM t"));
        Assert.Equal(1L, await two.DataSource.ReadAsync<long>("SELECT count(*) FROM t"));
        Assert.Equal(2L, await postgres.DataSource.ReadAsync<long>("SELECT count(*) FROM t"));
    }

    /// <summary>What stands outside of a database, so that CREATE DATABASE does not copy it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task All_that_is_tied_to_the_database_is_cloned(bool isKeyed)
    {
        const string Properties =
            """
            SELECT concat_ws(' | ', pg_get_userbyid(d.datdba), d.datacl::text, d.datconnlimit, shobj_description(d.oid, 'pg_database'), d.encoding, d.datcollate,
                (SELECT string_agg(concat(setrole::regrole, ' ', setconfig), ', ' ORDER BY setrole) FROM pg_db_role_setting WHERE setdatabase = d.oid),
                (SELECT string_agg(concat(refobjid::regrole, ' ', deptype), ', ' ORDER BY refobjid, deptype) FROM pg_shdepend WHERE classid = 'pg_database'::regclass AND objid = d.oid),
                (SELECT string_agg(pubname, ', ') FROM pg_publication), (SELECT string_agg(extname, ', ' ORDER BY extname) FROM pg_extension),
                (SELECT string_agg(defaclacl::text, ', ') FROM pg_default_acl))
            FROM pg_database d WHERE datname = current_database()
            """;
        var (owner, reader) = (Kit.Unique("owner"), Kit.Unique("reader"));
        var postgres = Service(
            $"""
            CREATE ROLE "{owner}"; CREATE ROLE "{reader}"; CREATE TABLE t (x int); CREATE PUBLICATION p FOR TABLE t; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO "{reader}";
            DO $$ BEGIN
                EXECUTE format('ALTER DATABASE %I OWNER TO "{owner}"', current_database());
                EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 77', current_database());
                EXECUTE format('ALTER DATABASE %I SET search_path TO public, odd', current_database());
                EXECUTE format('ALTER ROLE "{reader}" IN DATABASE %I SET work_mem TO ''3MB''', current_database());
                EXECUTE format('COMMENT ON DATABASE %I IS ''of the test''', current_database());
                EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', current_database());
                EXECUTE format('GRANT CONNECT ON DATABASE %I TO "{reader}"', current_database());
            END $$
            """,
            isKeyed);
        await using var infra = await SharedKit.StartAsync(postgres);
        await using var clone = await postgres.CreateDatabaseAsync(Kit.Cancellation);

        var expected = await postgres.DataSource.ReadAsync<string>(Properties);

        TestContext.Current.TestOutputHelper!.WriteLine(expected);
        Assert.StartsWith($"{owner} | ", expected, StringComparison.Ordinal);
        Assert.Contains("of the test", expected, StringComparison.Ordinal);
        Assert.Contains("work_mem=3MB", expected, StringComparison.Ordinal);
        Assert.Equal(expected, await clone.DataSource.ReadAsync<string>(Properties));
        Assert.Equal("public, odd", await clone.DataSource.ReadAsync<string>("SHOW search_path"));
    }

    /// <summary>pg_dump restores with an empty search_path, which PostgreSQL recommends its functions to be ready for.</summary>
    [Fact]
    public async Task Schema_that_pg_dump_cannot_copy_is_told_with_the_remedy()
    {
        const string Schema =
            """
            CREATE FUNCTION twice(x int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT x * 2';
            CREATE FUNCTION four_times(x int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT twice(twice(x))';
            CREATE TABLE t (x int); CREATE INDEX ON t (four_times(x)); INSERT INTO t VALUES (1)
            """;
        var (plain, keyed) = (Service(Schema, isKeyed: false), Service(Schema, isKeyed: true));
        await using var infra = await SharedKit.StartAsync(plain, keyed);

        var error = await Assert.ThrowsAsync<IntegrationKitException>(() => plain.CreateDatabaseAsync(Kit.Cancellation));
        await using var clone = await keyed.CreateDatabaseAsync(Kit.Cancellation);

        Assert.Contains("twice(integer) does not exist", error.Message, StringComparison.Ordinal);
        Assert.Contains("Initialize with a DatabaseInitializer", error.Message, StringComparison.Ordinal);
        Assert.Equal(1L, await clone.DataSource.ReadAsync<long>("SELECT count(*) FROM t"));
        Assert.Equal(1L, await plain.DataSource.ReadAsync<long>("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task Delegate_that_throws_fails_the_start_and_not_the_next_one()
    {
        var calls = 0;
        var initialize = new DatabaseInitializer(Kit.Unique("throws"), async (source, _) =>
        {
            await source.RunAsync("CREATE TABLE t AS SELECT 1 AS x");
            if (++calls == 1)
            {
                throw new InvalidOperationException("Migration 7 is broken.");
            }
        });
        PostgresService Make() => new() { Image = Proof.Image, Initialize = initialize };
        await using var broken = await SharedKit.CreateAsync(Make());
        var error = await Kit.StartFailsAsync<ServiceStartException>(broken);
        var postgres = Make();
        await using var infra = await SharedKit.StartAsync(postgres);
        await using var clone = await postgres.CreateDatabaseAsync(Kit.Cancellation);

        Assert.Contains("Migration 7 is broken.", error.Message, StringComparison.Ordinal);
        Assert.Equal(1L, await clone.DataSource.ReadAsync<long>("SELECT count(*) FROM t"));
    }

    private static async Task<IReadOnlyList<string>> TryAsync(RandomSchema schema, int seed)
    {
        var postgres = Service(schema.Sql, isKeyed: seed % 2 == 0);
        await using var infra = await SharedKit.StartAsync(postgres);
        await using var application = await postgres.OpenConnectionAsync(Kit.Cancellation);
        var baseline = await DatabaseContent.ReadAsync(postgres.DataSource);
        var writes = new RandomWrites(schema, new Random(seed));
        await WriteAsync(postgres.DataSource, writes);

        await using var clone = await postgres.CreateDatabaseAsync(Kit.Cancellation);
        await using var other = await postgres.CreateDatabaseAsync(Kit.Cancellation);
        var differences = DatabaseContent.Differences(baseline, await DatabaseContent.ReadAsync(clone.DataSource)).ToList();
        await WriteAsync(clone.DataSource, writes);
        await clone.ResetAsync(Kit.Cancellation);
        differences.AddRange(DatabaseContent.Differences(baseline, await DatabaseContent.ReadAsync(clone.DataSource)).Select(each => $"after a reset, {each}"));
        differences.AddRange(DatabaseContent.Differences(baseline, await DatabaseContent.ReadAsync(other.DataSource)).Select(each => $"in another clone, {each}"));
        return differences;
    }

    private static async Task WriteAsync(NpgsqlDataSource database, RandomWrites writes)
    {
        await using var connection = await database.OpenConnectionAsync(Kit.Cancellation);
        for (var i = 0; i < 10; i++)
        {
            try
            {
                await using var command = new NpgsqlCommand(writes.Next(), connection);
                await command.ExecuteNonQueryAsync(Kit.Cancellation);
            }
            catch (PostgresException)
            {
                await using var rollback = new NpgsqlCommand("ROLLBACK", connection);
                await rollback.ExecuteNonQueryAsync(Kit.Cancellation);
            }
        }
    }

    private static PostgresService Service(string sql, bool isKeyed)
    {
        Func<NpgsqlDataSource, CancellationToken, Task> work = (source, _) => source.RunAsync(sql);
        return new() { Image = Proof.Image, Database = "cloned", Initialize = isKeyed ? new DatabaseInitializer(sql, work) : work };
    }
}
