using IntegrationKit.EngineTests.Support;
using Npgsql;

namespace IntegrationKit.EngineTests.Reset;

/// <summary>An application that keeps its connections, and resets while they are open or busy.</summary>
public sealed class BusyApplicationTests
{
    private const int Tables = 12;
    private const int Connections = 4;

    private static int Rounds => LongRun.IsOn ? 1000 : 200;

    [Fact]
    public Task Reset_leaves_no_row_of_what_an_application_has_just_written() => ProveAsync(Rounds, async (postgres, connections, random) =>
    {
        await Task.WhenAll(connections.Select(each => WriteAsync(each, Enumerable.Range(0, random.Next(4)).Select(_ => Statement(random)).ToArray())));

        await postgres.ResetAsync(Kit.Cancellation);
    });

    [Fact]
    public Task Reset_waits_for_transactions_that_have_begun_and_takes_back_all_that_they_write() => ProveAsync(Rounds / 4, async (postgres, connections, random) =>
    {
        await WriteAsync(connections[0], "BEGIN", $"INSERT INTO t{random.Next(Tables)} (name) VALUES ('open')");
        var reset = postgres.ResetAsync(Kit.Cancellation);
        await WriteAsync(connections[0], [.. Enumerable.Range(0, random.Next(3)).Select(_ => Statement(random)), "COMMIT"]);

        await reset;
    });

    /// <summary>After each round the content is to be what it was.</summary>
    private static async Task ProveAsync(int rounds, Func<PostgresService, List<NpgsqlConnection>, Random, Task> round)
    {
        var postgres = Service();
        await using var infra = await Kit.CreateAsync();
        await infra.Register("postgres", postgres).StartAllAsync(Kit.Cancellation);
        var baseline = await DatabaseContent.ReadAsync(postgres.DataSource);
        var connections = await OpenAsync(postgres);
        var first = LongRun.Seed ?? 1;
        for (var seed = first; seed < first + rounds; seed++)
        {
            await round(postgres, connections, new Random(seed));
            await AssertAsync(baseline, postgres, seed);
        }

        foreach (var connection in connections)
        {
            await connection.DisposeAsync();
        }
    }

    private static PostgresService Service() => new()
    {
        Image = Proof.Image,
        Initialize = (source, _) => source.RunAsync(string.Concat(Enumerable.Range(0, Tables).Select(i =>
            $"""
            CREATE TABLE t{i} (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, parent int REFERENCES t{Math.Max(0, i - 1)} ON DELETE CASCADE);
            INSERT INTO t{i} (name, parent) SELECT 'seed ' || g, CASE WHEN {i} > 0 THEN 1 + g % 5 END FROM generate_series(1, {(i % 3 == 0 ? 300 : 5)}) g;
            """))),
    };

    private static string Statement(Random random)
    {
        var table = $"t{random.Next(Tables)}";
        return random.Next(7) switch
        {
            0 => $"DELETE FROM {table} WHERE id <= {random.Next(5)}",
            1 => $"UPDATE {table} SET name = name || '!'",
            2 => $"SELECT nextval('{table}_id_seq')",
            3 => $"DO $$ BEGIN INSERT INTO {table} (name) VALUES ('undone'); RAISE EXCEPTION 'undone'; END $$",
            _ => $"INSERT INTO {table} (name) SELECT 'new' FROM generate_series(1, {random.Next(1, 4)})",
        };
    }

    private static async Task<List<NpgsqlConnection>> OpenAsync(PostgresService postgres)
    {
        List<NpgsqlConnection> connections = [];
        for (var i = 0; i < Connections; i++)
        {
            connections.Add(await postgres.OpenConnectionAsync(Kit.Cancellation));
        }

        return connections;
    }

    private static async Task WriteAsync(NpgsqlConnection connection, params string[] statements)
    {
        foreach (var statement in statements)
        {
            try
            {
                await using var command = new NpgsqlCommand(statement, connection);
                await command.ExecuteNonQueryAsync(Kit.Cancellation);
            }
            catch (PostgresException)
            {
                // A transaction that has failed is ended by the COMMIT.
            }
        }
    }

    private static async Task AssertAsync(SortedDictionary<string, string> baseline, PostgresService postgres, int seed)
    {
        var differences = DatabaseContent.Differences(baseline, await DatabaseContent.ReadAsync(postgres.DataSource));
        Assert.True(differences.Count == 0, $"seed {seed}: {string.Join(Environment.NewLine, differences.Select(each => each[..Math.Min(each.Length, 300)]))}");
    }
}
