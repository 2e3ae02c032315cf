using System.Globalization;
using IntegrationKit.EngineTests.Support;
using Npgsql;

namespace IntegrationKit.EngineTests.Reset;

/// <summary>A real schema with its data, which eng/real-schema.sh fetches: an application writes anywhere in it, and a reset follows at once.</summary>
public sealed class RealSchemaTests
{
    private const int Rounds = 25;
    private const int Connections = 4;

    private static readonly string[] Files = ["schema", "images", "data"];

    // For each table: whether it has a key of one column of numbers, and a column of text.
    private const string Tables =
        """
        SELECT format('%I', c.relname),
            (SELECT format('%I', a.attname) FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
             WHERE i.indrelid = c.oid AND i.indisprimary AND i.indnkeyatts = 1 AND a.atttypid = 'bigint'::regtype),
            (SELECT quote_ident(min(a.attname::text)) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.atttypid IN ('text'::regtype, 'varchar'::regtype))
        FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY c.relname
        """;

    [Fact]
    public async Task Reset_after_random_writes_brings_a_real_database_back()
    {
        Assert.SkipUnless(LongRun.IsOn, "It takes a package from the network, and a minute: part of the long run (INTEGRATIONKIT_LONG=1).");
        var folder = Environment.GetEnvironmentVariable("INTEGRATIONKIT_REAL_SCHEMA") ?? "eng/real-schema.sh was not run";
        Assert.SkipUnless(Directory.Exists(folder), folder);
        var postgres = new PostgresService
        {
            Image = Proof.Image,
            InitScripts = [.. Files.Select(each => Path.Combine(folder, $"{each}.sql.gz"))],
            StartTimeout = TimeSpan.FromMinutes(5),
        };
        await using var infra = await Kit.CreateAsync(new() { StartTimeout = TimeSpan.FromMinutes(5) });
        await infra.Register("postgres", postgres).StartAllAsync(Kit.Cancellation);
        var tables = await ReadTablesAsync(postgres.DataSource);
        var baseline = await DatabaseContent.ReadAsync(postgres.DataSource);
        Assert.True(await postgres.DataSource.ReadAsync<long>("SELECT count(*) FROM items") > 1000);
        List<NpgsqlConnection> connections = [];
        for (var i = 0; i < Connections; i++)
        {
            connections.Add(await postgres.OpenConnectionAsync(Kit.Cancellation));
        }

        var first = LongRun.Seed ?? 1;
        for (var seed = first; seed < first + Rounds; seed++)
        {
            var random = new Random(seed);
            var writes = connections.Select(_ => Enumerable.Range(0, random.Next(1, 5)).Select(_ => Write(tables[random.Next(tables.Count)], random)).ToArray()).ToArray();
            await Task.WhenAll(connections.Zip(writes, RunAsync));

            await postgres.ResetAsync(Kit.Cancellation);

            var differences = DatabaseContent.Differences(baseline, await DatabaseContent.ReadAsync(postgres.DataSource));
            Assert.True(differences.Count == 0, string.Join(Environment.NewLine, [$"seed {seed}", .. differences, .. writes.SelectMany(each => each)]));
        }

        connections.ForEach(each => each.Dispose());
    }

    private static string Write((string Name, string? Key, string? Text) table, Random random)
    {
        var few = string.Create(CultureInfo.InvariantCulture, $"ctid IN (SELECT ctid FROM {table.Name} ORDER BY md5(ctid::text) LIMIT {random.Next(1, 200)})");
        return random.Next(8) switch
        {
            0 => $"TRUNCATE {table.Name} CASCADE",
            1 => $"DELETE FROM {table.Name}",
            2 or 3 => $"DELETE FROM {table.Name} WHERE {few}",
            4 when table.Key is not null => $"SET session_replication_role = replica; UPDATE {table.Name} SET {table.Key} = {table.Key} + 100000000 WHERE {few}; RESET session_replication_role",
            5 => $"BEGIN; DELETE FROM {table.Name} WHERE {few}; ROLLBACK",
            _ when table.Text is not null => $"UPDATE {table.Name} SET {table.Text} = upper({table.Text}) || '!' WHERE {few}",
            _ => $"UPDATE {table.Name} SET {table.Key ?? "ctid"} = {table.Key ?? "ctid"} WHERE {few}",
        };
    }

    /// <summary>A statement that fails is one too.</summary>
    private static async Task RunAsync(NpgsqlConnection connection, string[] statements)
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
                await using var rollback = new NpgsqlCommand("ROLLBACK; RESET session_replication_role", connection);
                await rollback.ExecuteNonQueryAsync(Kit.Cancellation);
            }
        }
    }

    private static async Task<List<(string Name, string? Key, string? Text)>> ReadTablesAsync(NpgsqlDataSource database)
    {
        List<(string, string?, string?)> tables = [];
        await using var command = database.CreateCommand(Tables);
        await using var reader = await command.ExecuteReaderAsync(Kit.Cancellation);
        while (await reader.ReadAsync(Kit.Cancellation))
        {
            tables.Add((reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2)));
        }

        return tables;
    }
}
