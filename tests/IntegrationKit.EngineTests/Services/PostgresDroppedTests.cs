using IntegrationKit.EngineTests.Sharing;
using IntegrationKit.EngineTests.Support;
using Npgsql;

namespace IntegrationKit.EngineTests.Services;

/// <summary>What a reset says when its database, or its schema in it, is gone, and that the stop works then.</summary>
[Collection(nameof(SharedKit))]
public sealed class PostgresDroppedTests : IClassFixture<SharedKit.EndOfRun>
{
    private static Dictionary<string, string> Mark { get; } = SharedKit.Mark();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dropped_and_made_again_and_without_its_schema_are_told_apart(bool isShared)
    {
        using var schema = new TempFile("schema.sql", "CREATE TABLE t (x int); INSERT INTO t VALUES (1)");
        var postgres = new PostgresService { Database = "orders", InitScripts = [schema.Path], OwnServer = !isShared, Labels = Mark };
        await using var infra = await SharedKit.StartAsync(postgres);
        await infra.ResetAllAsync(Kit.Cancellation);
        var name = postgres.DatabaseName;
        await using var admin = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = "postgres" }.ConnectionString);

        await postgres.DataSource.RunAsync("DROP SCHEMA integrationkit CASCADE");
        Assert.Contains("The schema \"integrationkit\"", await ResetFailsAsync(postgres), StringComparison.Ordinal);

        // What EF Core's EnsureDeleted does, and then EnsureCreated.
        await admin.RunAsync($"DROP DATABASE \"{name}\" WITH (FORCE)");
        Assert.Contains($"Database '{name}' does not exist any more", await ResetFailsAsync(postgres), StringComparison.Ordinal);
        await admin.RunAsync($"CREATE DATABASE \"{name}\"");
        Assert.Contains($"Database '{name}' was dropped and made again", await ResetFailsAsync(postgres), StringComparison.Ordinal);

        NpgsqlConnection.ClearAllPools();
        await using (var again = new NpgsqlConnection(postgres.ConnectionString))
        {
            await again.OpenAsync(Kit.Cancellation);
            await using var command = new NpgsqlCommand("CREATE TABLE t (x int)", again);
            await command.ExecuteNonQueryAsync(Kit.Cancellation);
        }

        await postgres.CaptureBaselineAsync(Kit.Cancellation);
        await postgres.ResetAsync(Kit.Cancellation);

        await admin.RunAsync($"DROP DATABASE \"{name}\" WITH (FORCE)");
        await infra.StopAllAsync(Kit.Cancellation);
        if (isShared)
        {
            await infra.StartAllAsync(Kit.Cancellation);
            Assert.Equal(1, await postgres.DataSource.ReadAsync<int>("SELECT x FROM t"));
        }
    }

    /// <summary>The administrator's connections are those that make, fence off and drop databases.</summary>
    [Fact]
    public async Task Backends_that_a_test_ends_do_not_end_a_start_or_a_stop()
    {
        var (one, two) = (Service(), Service());
        await using var first = await SharedKit.StartAsync(one);
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await EndAllAsync(one);
            await using var second = await SharedKit.CreateAsync(two = Service());
            await second.StartAllAsync(Kit.Cancellation);
            var (container, connectionString) = (two.ContainerId, two.ConnectionString);
            Assert.Equal(one.ContainerId, container);

            await EndAllAsync(one);
            await second.StopAllAsync(Kit.Cancellation);

            await using var late = new NpgsqlConnection(connectionString + ";Pooling=false");
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => late.OpenAsync(Kit.Cancellation));
        }
    }

    /// <summary>A script whose connection is lost is run again, once, in a database that is made anew.</summary>
    [Fact]
    public async Task Backend_of_a_script_that_is_ended_does_not_fail_the_template()
    {
        using var script = new TempFile(
            "once.sql",
            """
            CREATE TABLE t (x int);
            SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'was_ended_once') AS is_first \gset
            \if :is_first
              CREATE ROLE was_ended_once;
              SELECT pg_terminate_backend(pg_backend_pid());
            \endif
            INSERT INTO t VALUES (1);
            """);
        var postgres = new PostgresService { InitScripts = [script.Path], Labels = Mark };
        await using var infra = await SharedKit.StartAsync(postgres);

        Assert.Equal(1L, await postgres.DataSource.ReadAsync<long>("SELECT count(*) FROM t"));
    }

    private static PostgresService Service() => new() { Labels = Mark };

    private static async Task EndAllAsync(PostgresService postgres)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Kit.Cancellation);
        await using var command = new NpgsqlCommand(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'", connection);
        await command.ExecuteNonQueryAsync(Kit.Cancellation);
    }

    private static async Task<string> ResetFailsAsync(PostgresService postgres)
    {
        var error = await Assert.ThrowsAsync<IntegrationKitException>(() => postgres.ResetAsync(Kit.Cancellation));
        TestContext.Current.TestOutputHelper!.WriteLine(error.Message);
        return error.Message;
    }
}
