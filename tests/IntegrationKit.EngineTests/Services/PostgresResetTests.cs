using IntegrationKit.EngineTests.Support;
using Npgsql;

namespace IntegrationKit.EngineTests.Services;

/// <summary>What a reset brings back, on one server whose schema has everything that makes that hard.</summary>
public sealed class PostgresResetTests(PostgresResetTests.Database database) : IClassFixture<PostgresResetTests.Database>, IAsyncLifetime
{
    private readonly NpgsqlDataSource _data = database.Postgres.DataSource;
    private readonly PostgresService _postgres = database.Postgres;

    /// <summary>What the test before left must not show here: their order is not fixed.</summary>
    public async ValueTask InitializeAsync() => await ResetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task ResetAsync() => _postgres.ResetAsync(Kit.Cancellation);

    [Fact]
    public async Task Reset_brings_back_rows_that_were_changed_removed_or_added()
    {
        await _data.RunAsync("UPDATE customer SET name = 'changed'; DELETE FROM purchase; INSERT INTO customer (name) VALUES ('added')");

        await ResetAsync();

        Assert.Equal("1:Ada,2:Grace", await _data.ReadAsync<string>("SELECT string_agg(id || ':' || name, ',' ORDER BY id) FROM customer"));
        Assert.Equal(2L, await _data.ReadAsync<long>("SELECT count(*) FROM purchase"));
    }

    [Fact]
    public async Task Reset_rewinds_sequences_and_identity_columns()
    {
        await _data.RunAsync("INSERT INTO customer (name) VALUES ('x'); INSERT INTO ticket (title) VALUES ('y'); SELECT nextval('free_sequence'); SELECT setval('never_called', 50)");

        await ResetAsync();

        Assert.Equal(3, await _data.ReadAsync<int>("INSERT INTO customer (name) VALUES ('next') RETURNING id"));
        Assert.Equal(2, await _data.ReadAsync<int>("INSERT INTO ticket (title) VALUES ('next') RETURNING id"));
        Assert.Equal(101L, await _data.ReadAsync<long>("SELECT nextval('free_sequence')"));
        Assert.Equal(7L, await _data.ReadAsync<long>("SELECT nextval('never_called')"));
    }

    [Fact]
    public async Task Reset_empties_tables_made_since_and_keeps_them()
    {
        await _data.RunAsync("CREATE TABLE since (id serial, customer int REFERENCES customer); INSERT INTO since (customer) VALUES (1), (2)");
        try
        {
            await ResetAsync();

            Assert.Equal(0L, await _data.ReadAsync<long>("SELECT count(*) FROM since"));
            Assert.Equal(1, await _data.ReadAsync<int>("INSERT INTO since (customer) VALUES (1) RETURNING id"));
        }
        finally
        {
            await _data.RunAsync("DROP TABLE since");
        }
    }

    [Fact]
    public async Task Reset_leaves_open_connections_and_prepared_statements_usable()
    {
        await using var connection = await _postgres.OpenConnectionAsync(Kit.Cancellation);
        await using var command = new NpgsqlCommand("SELECT count(*) FROM customer", connection);
        await command.PrepareAsync(Kit.Cancellation);
        await _data.RunAsync("INSERT INTO customer (name) VALUES ('added')");
        Assert.Equal(3L, await command.ExecuteScalarAsync(Kit.Cancellation));
        var backend = connection.ProcessID;

        await ResetAsync();

        Assert.Equal(2L, await command.ExecuteScalarAsync(Kit.Cancellation));
        Assert.Equal(backend, connection.ProcessID);
    }

    [Fact]
    public async Task Reset_handles_partitions_generated_columns_triggers_and_views()
    {
        await _data.RunAsync(
            "DELETE FROM measurement; INSERT INTO measurement VALUES ('2026-02-01', 9); UPDATE priced SET net = 7; DELETE FROM tree WHERE parent IS NOT NULL; REFRESH MATERIALIZED VIEW measured");
        Assert.Equal(1L, await _data.ReadAsync<long>("SELECT count(*) FROM measured"));

        await ResetAsync();

        Assert.Equal("2026-01-05:1,2026-02-05:2", await _data.ReadAsync<string>("SELECT string_agg(day || ':' || value, ',' ORDER BY day) FROM measurement"));
        Assert.Equal(119m, await _data.ReadAsync<decimal>("SELECT gross FROM priced"));
        Assert.Equal(3L, await _data.ReadAsync<long>("SELECT count(*) FROM tree"));
        Assert.Equal(2L, await _data.ReadAsync<long>("SELECT count(*) FROM measured"));
        Assert.Equal(0L, await _data.ReadAsync<long>("SELECT count(*) FROM audit"));
    }

    [Fact]
    public async Task Reset_reaches_other_schemas_and_odd_names()
    {
        await _data.RunAsync("""UPDATE "Odd Schema"."Odd.Table" SET "A ""quoted"" column" = 'changed'""");

        await ResetAsync();

        Assert.Equal("as it was", await _data.ReadAsync<string>("""SELECT "A ""quoted"" column" FROM "Odd Schema"."Odd.Table" """));
    }

    [Fact]
    public async Task Reset_sees_rows_of_a_transaction_that_was_rolled_back_as_gone()
    {
        await using var connection = await _postgres.OpenConnectionAsync(Kit.Cancellation);
        await using (await connection.BeginTransactionAsync(Kit.Cancellation))
        {
            await using var command = new NpgsqlCommand("DELETE FROM purchase", connection);
            await command.ExecuteNonQueryAsync(Kit.Cancellation);
        }

        await ResetAsync();

        Assert.Equal(2L, await _data.ReadAsync<long>("SELECT count(*) FROM purchase"));
    }

    [Fact]
    public async Task Reset_blocked_by_an_open_transaction_names_its_query()
    {
        await using var connection = new NpgsqlConnection(_postgres.ConnectionString + ";Application Name=billing worker;Pooling=false");
        await connection.OpenAsync(Kit.Cancellation);
        await using (await connection.BeginTransactionAsync(Kit.Cancellation))
        {
            await using var command = new NpgsqlCommand("INSERT INTO empty_at_baseline VALUES (1) /* left open */", connection);
            await command.ExecuteNonQueryAsync(Kit.Cancellation);

            var error = await Assert.ThrowsAsync<IntegrationKitException>(ResetAsync);

            TestContext.Current.TestOutputHelper!.WriteLine(error.Message);
            Assert.Contains("/* left open */", error.Message, StringComparison.Ordinal);
            Assert.Contains(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"backend {connection.ProcessID} of billing worker, idle in transaction"), error.Message, StringComparison.Ordinal);
        }

        await ResetAsync();
        Assert.Equal(0L, await _data.ReadAsync<long>("SELECT count(*) FROM empty_at_baseline"));
    }

    [Fact]
    public async Task Reset_with_the_pool_exhausted_works()
    {
        var connections = new List<NpgsqlConnection>();
        try
        {
            for (var i = 0; i < 100; i++)
            {
                connections.Add(await _postgres.OpenConnectionAsync(Kit.Cancellation));
            }

            await ResetAsync();
        }
        finally
        {
            connections.ForEach(each => each.Dispose());
        }

        Assert.Equal(2L, await _data.ReadAsync<long>("SELECT count(*) FROM customer"));
    }

    [Fact]
    public async Task Reset_in_a_database_that_a_client_changed_the_schema_of_explains()
    {
        await _data.RunAsync("ALTER TABLE priced RENAME TO renamed");
        try
        {
            var error = await Assert.ThrowsAsync<IntegrationKitException>(ResetAsync);
            Assert.Contains("table public.priced of the baseline is gone", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            await _data.RunAsync("ALTER TABLE renamed RENAME TO priced");
        }

        await _data.RunAsync("ALTER TABLE customer ADD needed int; UPDATE customer SET needed = 1; ALTER TABLE customer ALTER needed SET NOT NULL");
        try
        {
            var error = await Assert.ThrowsAsync<IntegrationKitException>(ResetAsync);
            Assert.Contains("\"needed\"", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            await _data.RunAsync("ALTER TABLE customer DROP needed");
        }

        await ResetAsync();
        Assert.Equal(2L, await _data.ReadAsync<long>("SELECT count(*) FROM customer"));
    }

    public sealed class Database : IAsyncLifetime
    {
        private const string Schema =
            """
            CREATE TABLE customer (id serial PRIMARY KEY, name text NOT NULL);
            CREATE TABLE purchase (id int PRIMARY KEY, customer int NOT NULL REFERENCES customer ON DELETE CASCADE);
            CREATE TABLE ticket (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text);
            CREATE TABLE empty_at_baseline (x int);
            CREATE SEQUENCE free_sequence START 100; SELECT nextval('free_sequence');
            CREATE SEQUENCE never_called START 7;
            CREATE TABLE measurement (day date, value int) PARTITION BY RANGE (day);
            CREATE TABLE measurement_january PARTITION OF measurement FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
            CREATE TABLE measurement_february PARTITION OF measurement FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
            CREATE TABLE priced (net numeric(9,2), gross numeric(9,2) GENERATED ALWAYS AS (net * 1.19) STORED);
            CREATE TABLE tree (id int PRIMARY KEY, parent int REFERENCES tree);
            CREATE TABLE audit (what text);
            CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO audit VALUES (TG_OP); RETURN NULL; END';
            CREATE SCHEMA "Odd Schema";
            CREATE TABLE "Odd Schema"."Odd.Table" ("A ""quoted"" column" text);
            INSERT INTO customer (name) VALUES ('Ada'), ('Grace');
            INSERT INTO purchase VALUES (1, 1), (2, 2);
            INSERT INTO ticket (title) VALUES ('first');
            INSERT INTO measurement VALUES ('2026-01-05', 1), ('2026-02-05', 2);
            INSERT INTO priced VALUES (100);
            INSERT INTO tree VALUES (1, NULL), (2, 1), (3, 2);
            INSERT INTO "Odd Schema"."Odd.Table" VALUES ('as it was');
            CREATE MATERIALIZED VIEW measured AS SELECT * FROM measurement;
            CREATE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON tree FOR EACH STATEMENT EXECUTE FUNCTION note();
            CREATE TRIGGER noted_truncate AFTER TRUNCATE ON tree FOR EACH STATEMENT EXECUTE FUNCTION note();
            """;

        private readonly TempFile _script = new("schema.sql", Schema);
        private TestInfrastructure? _infra;

        public Database() => Postgres = new PostgresService { InitScripts = [_script.Path] };

        public PostgresService Postgres { get; }

        public async ValueTask InitializeAsync()
        {
            _infra = await Kit.CreateAsync();
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
