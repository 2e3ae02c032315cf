using System.Diagnostics;
using Npgsql;

namespace IntegrationKit.Benchmarks.Resets;

/// <summary>A reset of a database, against the statements that bring back by hand what is known to be written to.</summary>
internal class ResetScenario : Scenario
{
    private readonly TestInfrastructure _infra = new(new TestInfrastructureOptions { ShareServers = true });
    private PostgresService _postgres = null!;
    private PostgresService _bare = null!;
    private NpgsqlConnection _byHand = null!;
    private NpgsqlBatch _statements = null!;

    public required int Tables { get; init; }

    public required int Touched { get; init; }

    public int SeedRows { get; init; }

    public bool HasIdentities { get; init; } = true;

    /// <summary>A TRUNCATE makes the server's other sessions read their catalogs again, so what does it gets a server of its own.</summary>
    public bool HasTwoServers { get; init; }

    protected PostgresService Measured => _postgres;

    protected PostgresService Bare => _bare;

    public override async Task SetUpAsync()
    {
        _postgres = new() { Database = "measured", Initialize = InitializeAsync };
        _bare = new() { Database = "bare", Initialize = InitializeAsync, TracksWrites = false, OwnServer = HasTwoServers };
        await _infra.Register("measured", _postgres).Register("bare", _bare).StartAllAsync();
        _byHand = await _bare.OpenConnectionAsync();
        await RunAsync(_byHand, "CREATE SCHEMA seeds;" + string.Concat(Names(Tables).Select(name => $"CREATE TABLE seeds.{name} AS SELECT * FROM {name};")) + "SET session_replication_role = replica");
        _statements = new NpgsqlBatch(_byHand);
        foreach (var statement in Touched == 0 ? ["SELECT 1"] : Names(Touched).SelectMany(Restoring))
        {
            _statements.BatchCommands.Add(new(statement));
        }

        await _statements.PrepareAsync();
        await _postgres.ResetAsync();
    }

    public override async Task PrepareAsync(bool ofFloor)
    {
        await WriteAsync(ofFloor ? _bare : _postgres);
        if (ofFloor && Touched > 0)
        {
            await RestoreAsTextAsync();
            await WriteAsync(_bare);
        }
    }

    public override Task MeasuredAsync() => _postgres.ResetAsync();

    public override Task FloorAsync() => _statements.ExecuteNonQueryAsync();

    public override async ValueTask DisposeAsync()
    {
        await _statements.DisposeAsync();
        await _byHand.DisposeAsync();
        await _infra.DisposeAsync();
        await TestInfrastructure.StopSharedServersAsync();
    }

    protected static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    protected async Task WriteAsync(PostgresService postgres)
    {
        if (Touched > 0)
        {
            await using var connection = await postgres.OpenConnectionAsync();
            await RunAsync(connection, string.Concat(Names(Touched).Select(name => $"INSERT INTO {name} ({(HasIdentities ? "" : "id, ")}value) VALUES ({(HasIdentities ? "" : "1000, ")}'written');")));
        }
    }

    /// <summary>As it is usually written: the statements as one text, on the open connection.</summary>
    private async Task RestoreAsTextAsync()
    {
        var begun = Stopwatch.GetTimestamp();
        await RunAsync(_byHand, string.Join("; ", Names(Touched).SelectMany(Restoring)));
        Note("unprepared_ms", Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
    }

    private IEnumerable<string> Restoring(string name)
    {
        yield return $"DELETE FROM {name}";
        if (SeedRows > 0)
        {
            yield return $"INSERT INTO {name} OVERRIDING SYSTEM VALUE SELECT * FROM seeds.{name}";
        }

        if (HasIdentities)
        {
            yield return $"SELECT setval('{name}_id_seq', {Math.Max(1, SeedRows)}, {SeedRows > 0})";
        }
    }

    private static IEnumerable<string> Names(int count) => Enumerable.Range(1, count).Select(i => $"t{i}");

    private async Task InitializeAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await RunAsync(connection, string.Concat(Names(Tables).Select(name =>
            $"CREATE TABLE {name} (id int {(HasIdentities ? "GENERATED ALWAYS AS IDENTITY" : "")} PRIMARY KEY, value text, parent int REFERENCES {name});" +
            (SeedRows == 0 ? "" : $"INSERT INTO {name} ({(HasIdentities ? "" : "id, ")}value) SELECT {(HasIdentities ? "" : "g, ")}'seed ' || g FROM generate_series(1, {SeedRows}) g;"))));
    }
}
