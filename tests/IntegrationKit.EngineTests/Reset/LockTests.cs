using System.Globalization;
using IntegrationKit.EngineTests.Sharing;
using IntegrationKit.EngineTests.Support;
using Npgsql;

namespace IntegrationKit.EngineTests.Reset;

/// <summary>An application whose transactions hold what a reset or a capture needs, and need what that holds.</summary>
[Collection(nameof(SharedKit))]
public sealed class LockTests : IClassFixture<SharedKit.EndOfRun>
{
    private readonly PostgresService _postgres = new()
    {
        Image = Proof.Image,
        Initialize = (source, _) => source.RunAsync("CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE TABLE c (x int)"),
    };

    private NpgsqlDataSource Data => _postgres.DataSource;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Transaction_that_would_deadlock_with_a_reset_or_a_capture_goes_on(bool resets)
    {
        await using var infra = await SharedKit.StartAsync(_postgres);
        await using var application = await OpenAsync();
        await Data.RunAsync("INSERT INTO a VALUES (1)");
        await RunAsync(application, "BEGIN; INSERT INTO b VALUES (1)");
        var step = resets ? _postgres.ResetAsync(Kit.Cancellation) : _postgres.CaptureBaselineAsync(Kit.Cancellation);

        // It holds "a" and waits for "b", longer than its deadlock_timeout.
        await WaitForLocksAsync(1, longerThan: TimeSpan.FromMilliseconds(100));

        await RunAsync(application, "INSERT INTO a VALUES (2); COMMIT");

        await step;
        var expected = resets ? 0L : 3L;
        Assert.Equal(expected, await CountAsync());
        await Data.RunAsync("INSERT INTO c VALUES (1)");
        await _postgres.ResetAsync(Kit.Cancellation);
        Assert.Equal(expected, await CountAsync());
    }

    /// <summary>What a reset has noted of a table is taken back with the table's rows; the note is a sequence, which no rollback brings back.</summary>
    [Fact]
    public async Task Reset_that_gave_way_in_a_deadlock_forgets_no_table()
    {
        await using var infra = await SharedKit.StartAsync(_postgres);
        await using var first = await OpenAsync();
        await using var second = await OpenAsync();
        await Data.RunAsync("INSERT INTO c VALUES (1)");
        await RunAsync(first, "BEGIN; INSERT INTO a VALUES (1)");
        var reset = _postgres.ResetAsync(Kit.Cancellation);
        await WaitForLocksAsync(1);

        // When "a" is free, the reset restores "a" and "c", and goes on to "b", whose holder waits for "a".
        await RunAsync(second, "BEGIN; INSERT INTO b VALUES (1)");
        var insert = RunAsync(second, "INSERT INTO a VALUES (2); COMMIT");
        await WaitForLocksAsync(2);
        await RunAsync(first, "COMMIT");

        await insert;
        await reset;
        Assert.Equal(0L, await CountAsync());
    }

    private Task<long> CountAsync() => Data.ReadAsync<long>("SELECT (SELECT count(*) FROM a) + (SELECT count(*) FROM b) + (SELECT count(*) FROM c)");

    private Task WaitForLocksAsync(int count, TimeSpan longerThan = default) => Kit.UntilAsync(async () => await Data.ReadAsync<long>(
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
            WHERE d.datname = current_database() AND NOT l.granted AND l.waitstart < clock_timestamp() - interval '{longerThan.TotalMilliseconds} ms'
            """)) == count);

    private async Task<NpgsqlConnection> OpenAsync() => await _postgres.OpenConnectionAsync(Kit.Cancellation);

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Kit.Cancellation);
    }
}
