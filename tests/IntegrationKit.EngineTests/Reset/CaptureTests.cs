using IntegrationKit.EngineTests.Sharing;
using IntegrationKit.EngineTests.Support;
using Npgsql;

namespace IntegrationKit.EngineTests.Reset;

/// <summary>A baseline that is captured again: whatever has changed belongs to it, and where nothing has, nothing is done.</summary>
[Collection(nameof(SharedKit))]
public sealed class CaptureTests : IClassFixture<SharedKit.EndOfRun>
{
    private const string Schema =
        """
        CREATE TABLE item (id serial PRIMARY KEY, name text); INSERT INTO item (name) VALUES ('one');
        CREATE SEQUENCE called; SELECT nextval('called'); CREATE SEQUENCE never_called;
        CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM item; INSERT INTO item (name) VALUES ('two');
        """;

    private static readonly Dictionary<string, string> Mark = SharedKit.Mark();

    private readonly PostgresService _postgres = new() { Image = Proof.Image, Initialize = new DatabaseInitializer("captures", (source, _) => source.RunAsync(Schema)), Labels = Mark };

    private NpgsqlDataSource Data => _postgres.DataSource;

    [Theory]
    [InlineData("INSERT INTO item (name) VALUES ('three')")]
    [InlineData("SELECT nextval('called')")]
    [InlineData("SELECT nextval('never_called')")]
    [InlineData("SELECT setval('never_called', 70, false)")]
    [InlineData("SELECT setval('item_id_seq', 1, false)")]
    [InlineData("REFRESH MATERIALIZED VIEW counted")]
    [InlineData("SELECT lo_from_bytea(0, 'made')")]
    [InlineData("CREATE TABLE made (id serial); INSERT INTO made DEFAULT VALUES")]
    [InlineData("DROP SEQUENCE never_called")]
    [InlineData("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET app.x = ''captured''', current_database()); END $$")]
    public async Task Whatever_has_changed_is_captured(string sql)
    {
        await using var infra = await SharedKit.StartAsync(_postgres);
        var before = await ReadAsync();
        await Data.RunAsync(sql);
        var changed = await ReadAsync();
        Assert.NotEqual(before, changed);

        await _postgres.CaptureBaselineAsync(Kit.Cancellation);
        await Data.RunAsync("DELETE FROM item; SELECT nextval('called'); CREATE TABLE since (x int)");
        await _postgres.ResetAsync(Kit.Cancellation);

        await Data.RunAsync("DROP TABLE since");
        Assert.Equal(changed, await ReadAsync());
    }

    [Fact]
    public async Task Nothing_is_copied_where_nothing_has_changed()
    {
        const string Copies = "SELECT string_agg(oid::text, ',') FROM pg_class WHERE relnamespace = 'integrationkit'::regnamespace AND relkind = 'r'";
        await using var infra = await SharedKit.StartAsync(_postgres);
        var copies = await Data.ReadAsync<string>(Copies);

        await _postgres.CaptureBaselineAsync(Kit.Cancellation);
        await Data.RunAsync("INSERT INTO item (name) VALUES ('of a test')");
        await _postgres.ResetAsync(Kit.Cancellation);
        await _postgres.CaptureBaselineAsync(Kit.Cancellation);
        Assert.Equal(copies, await Data.ReadAsync<string>(Copies));

        await Data.RunAsync("INSERT INTO item (name) VALUES ('three')");
        await _postgres.CaptureBaselineAsync(Kit.Cancellation);
        Assert.NotEqual(copies, await Data.ReadAsync<string>(Copies));
    }

    private async Task<string> ReadAsync() =>
        string.Join('\n', (await DatabaseContent.ReadAsync(Data)).Select(each => $"{each.Key} {each.Value}")) +
        await Data.ReadAsync<string>("SELECT coalesce(string_agg(setconfig::text, ','), '') FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database()");
}
