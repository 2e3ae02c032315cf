using IntegrationKit.EngineTests.Sharing;
using IntegrationKit.EngineTests.Support;
using Npgsql;

namespace IntegrationKit.EngineTests.Services;

/// <summary>Whatever Initialize gets or reads can be opened again from its string, and leads to the database that is being initialised.</summary>
[Collection(nameof(SharedKit))]
public sealed class PostgresInitializeTests : IClassFixture<SharedKit.EndOfRun>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Members_of_the_service_lead_to_the_database_that_is_initialised(bool hasKey)
    {
        PostgresService? postgres = null;
        using var script = new TempFile("more.sql", "INSERT INTO made VALUES ('by ExecuteScriptAsync')");
        string[] seen = [];
        var (late, ended) = (Task.FromResult(""), new TaskCompletionSource());
        Func<NpgsqlDataSource, CancellationToken, Task> work = async (data, token) =>
        {
            await data.RunAsync("CREATE TABLE made (way text)");

            // As DbUp does, which gets a string and opens its own connections.
            await InsertAsync(data.ConnectionString, "by the data source's string");
            await using (var connection = await data.OpenConnectionAsync(token))
            {
                await InsertAsync(connection.ConnectionString, "by the connection's string");
            }

            await InsertAsync(postgres!.ConnectionString, "by ConnectionString");
            await postgres.DataSource.RunAsync("INSERT INTO made VALUES ('by DataSource')");
            await using (var connection = await postgres.OpenConnectionAsync(token))
            {
                await InsertAsync(connection.ConnectionString, "by OpenConnectionAsync");
            }

            await postgres.ExecuteScriptAsync(script.Path, token);
            seen =
            [
                postgres.DatabaseName == await data.ReadAsync<string>("SELECT current_database()::text") ? "its name" : postgres.DatabaseName,
                Assert.Throws<InvalidOperationException>(() => postgres.ContainerId).Message,
                ReadOutside(postgres),
            ];
            late = ReadLaterAsync(postgres, ended.Task);
        };
        postgres = new() { Initialize = hasKey ? new DatabaseInitializer(Kit.Unique("work"), work) : work };

        await using var infra = await SharedKit.StartAsync(postgres);
        ended.SetResult();

        Assert.Equal(6L, await postgres.DataSource.ReadAsync<long>("SELECT count(*) FROM made"));
        Assert.Equal(["its name", .. seen[1..]], seen);
        Assert.All(seen[1..], each => Assert.Contains("is starting", each, StringComparison.Ordinal));
        Assert.Equal(postgres.DatabaseName, await late);
    }

    /// <summary>Code that Initialize has not called.</summary>
    private static string ReadOutside(PostgresService postgres)
    {
        var message = "";
        var thread = new Thread(() => message = Record.Exception(() => postgres.ConnectionString)?.Message ?? "no exception");
        thread.UnsafeStart();
        thread.Join();
        return message;
    }

    /// <summary>Code that it has left running: afterwards it sees what everybody sees.</summary>
    private static async Task<string> ReadLaterAsync(PostgresService postgres, Task ended)
    {
        await ended;
        return postgres.DatabaseName;
    }

    private static async Task InsertAsync(string connectionString, string way)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Kit.Cancellation);
        await using var command = new NpgsqlCommand("INSERT INTO made VALUES ($1)", connection) { Parameters = { new() { Value = way } } };
        await command.ExecuteNonQueryAsync(Kit.Cancellation);
    }
}
