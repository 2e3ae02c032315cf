using IntegrationKit.EngineTests.Support;
using Npgsql;

namespace IntegrationKit.EngineTests.Reset;

/// <summary>Schemas and writes by chance: after a reset the content is what it was.</summary>
public sealed class RandomSchemaTests
{
    private const int Rounds = 5;
    private const int Writes = 8;

    private static int Schemas => LongRun.IsOn ? 200 : 40;

    [Fact]
    public async Task Reset_after_random_writes_brings_the_baseline_back()
    {
        await using var anchor = await Kit.CreateAsync(new() { ShareServers = true });
        await anchor.Register("anchor", Service(_ => Task.CompletedTask)).StartAllAsync(Kit.Cancellation);
        var first = LongRun.Seed ?? 1;
        List<string> failures = [];
        for (var seed = first; seed < first + Schemas; seed++)
        {
            try
            {
                failures.AddRange((await TryAsync(seed)).Select(each => $"seed {seed}: {each}"));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                failures.Add($"seed {seed}: {e}");
            }
        }

        Assert.True(failures.Count == 0, string.Join(Environment.NewLine, failures.Take(20)));
    }

    private static async Task<IReadOnlyList<string>> TryAsync(int seed)
    {
        var schema = new RandomSchema(seed);
        var postgres = Service(source => source.RunAsync(schema.Sql), tracksWrites: seed % 5 != 0);
        await using var infra = await Kit.CreateAsync(new() { ShareServers = true });
        await infra.Register("postgres", postgres).StartAllAsync(Kit.Cancellation);
        var baseline = await DatabaseContent.ReadAsync(postgres.DataSource);
        var writes = new RandomWrites(schema, new Random(seed));
        for (var round = 1; round <= Rounds; round++)
        {
            List<string> done = [];
            await using (var connection = await postgres.OpenConnectionAsync(Kit.Cancellation))
            {
                for (var i = 0; i < Writes; i++)
                {
                    done.Add(await RunAsync(connection, writes.Next()));
                }
            }

            await postgres.ResetAsync(Kit.Cancellation);
            var differences = DatabaseContent.Differences(baseline, await DatabaseContent.ReadAsync(postgres.DataSource));
            if (differences.Count > 0)
            {
                return [.. differences.Select(each => $"round {round}: {each}"), .. done.Select(each => $"  after {each}")];
            }
        }

        return [];
    }

    private static PostgresService Service(Func<NpgsqlDataSource, Task> initialize, bool tracksWrites = true) => new()
    {
        Image = Proof.Image,
        TracksWrites = tracksWrites,
        Database = "proof",
        Initialize = (source, _) => initialize(source),
    };

    private static async Task<string> RunAsync(NpgsqlConnection connection, string sql)
    {
        try
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(Kit.Cancellation);
            return sql;
        }
        catch (PostgresException e)
        {
            await using var rollback = new NpgsqlCommand("ROLLBACK", connection);
            await rollback.ExecuteNonQueryAsync(Kit.Cancellation);
            return $"{sql} -- {e.MessageText}";
        }
    }
}
