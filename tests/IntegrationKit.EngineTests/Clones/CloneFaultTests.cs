using IntegrationKit.EngineTests.Support;
using Npgsql;

namespace IntegrationKit.EngineTests.Clones;

/// <summary>What a call says when no database can be made, and that the next one works.</summary>
public sealed class CloneFaultTests
{
    // 64 MiB of memory that every container has.
    private const string SmallDisk =
        """
        mkdir /dev/small && chown postgres /dev/small
        psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d template1 -c "CREATE TABLESPACE small LOCATION '/dev/small'" -c "ALTER DATABASE \"$POSTGRES_DB\" SET TABLESPACE small"
        """;

    [Fact]
    public async Task Full_disk_and_a_template_in_use_are_told_and_do_no_harm()
    {
        using var script = new TempFile("disk.sh", SmallDisk);
        var postgres = new PostgresService { Database = "shop", InitScripts = [script.Path], DatabasePoolSize = 0 };
        await using var infra = await Kit.CreateAsync();
        await infra.Register("postgres", postgres).StartAllAsync(Kit.Cancellation);

        await Full_disk(postgres);
        await Template_in_use(postgres);
    }

    [Fact]
    public async Task Server_that_dies_while_the_pool_is_filled_is_told_to_the_next_caller()
    {
        var postgres = new PostgresService { DatabasePoolSize = 20 };
        await using var infra = await Kit.CreateAsync();
        await infra.Register("postgres", postgres).StartAllAsync(Kit.Cancellation);
        await postgres.CreateDatabaseAsync(Kit.Cancellation);
        using var kill = System.Diagnostics.Process.Start("docker", ["kill", postgres.ContainerId]);

        await kill.WaitForExitAsync(Kit.Cancellation);
        List<Exception> errors = [];
        for (var i = 0; i < 3; i++)
        {
            errors.Add(await Assert.ThrowsAsync<IntegrationKitException>(() => postgres.CreateDatabaseAsync(Kit.Cancellation)));
        }

        Assert.All(errors, each => Assert.Contains("The server is down", each.Message, StringComparison.Ordinal));
        await infra.StopAllAsync(Kit.Cancellation);
        await infra.StartAllAsync(Kit.Cancellation);
        await using var again = await postgres.CreateDatabaseAsync(Kit.Cancellation);
        Assert.Equal(1, await again.DataSource.ReadAsync<int>("SELECT 1"));
    }

    private static async Task Full_disk(PostgresService postgres)
    {
        List<PostgresTestDatabase> clones = [];
        var error = await Assert.ThrowsAsync<IntegrationKitException>(async () =>
        {
            while (clones.Count < 20)
            {
                clones.Add(await postgres.CreateDatabaseAsync(Kit.Cancellation));
            }
        });

        TestContext.Current.TestOutputHelper!.WriteLine(error.Message);
        Assert.Contains("the server's disk is full", error.Message, StringComparison.Ordinal);
        Assert.Contains("No space left on device", error.Message, StringComparison.Ordinal);
        Assert.Contains("lower DatabasePoolSize", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(clones);
        foreach (var clone in clones)
        {
            await clone.DisposeAsync();
        }

        await Kit.UntilAsync(async () => await postgres.DataSource.ReadAsync<long>("SELECT count(*) FROM pg_database WHERE datname LIKE 'shop\\_%'") == 0);
        await using var next = await postgres.CreateDatabaseAsync(Kit.Cancellation);
    }

    private static async Task Template_in_use(PostgresService postgres)
    {
        var template = await postgres.DataSource.ReadAsync<string>("SELECT datname::text FROM pg_database WHERE datname LIKE 'integrationkit\\_template%'");
        var user = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = template, ApplicationName = "a curious tool", Pooling = false };
        await using (var refused = new NpgsqlConnection(user.ConnectionString))
        {
            var refusal = await Assert.ThrowsAsync<PostgresException>(() => refused.OpenAsync(Kit.Cancellation));
            Assert.Equal(PostgresErrorCodes.ObjectNotInPrerequisiteState, refusal.SqlState);
        }

        await postgres.DataSource.RunAsync($"ALTER DATABASE \"{template}\" ALLOW_CONNECTIONS true");
        await using (var connection = new NpgsqlConnection(user.ConnectionString))
        {
            await connection.OpenAsync(Kit.Cancellation);
            var error = await Assert.ThrowsAsync<IntegrationKitException>(() => postgres.CreateDatabaseAsync(Kit.Cancellation));
            TestContext.Current.TestOutputHelper!.WriteLine(error.Message);
            Assert.Contains($"somebody is connected to the template '{template}'", error.Message, StringComparison.Ordinal);
            Assert.Contains("of a curious tool", error.Message, StringComparison.Ordinal);
        }

        await postgres.DataSource.RunAsync($"ALTER DATABASE \"{template}\" ALLOW_CONNECTIONS false");
        await using var next = await postgres.CreateDatabaseAsync(Kit.Cancellation);
    }
}
