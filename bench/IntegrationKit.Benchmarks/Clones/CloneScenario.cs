using System.Diagnostics;
using Npgsql;

namespace IntegrationKit.Benchmarks.Clones;

/// <summary>
/// A further database until its first query is answered, against CREATE DATABASE from an equal template and a connection to it. They
/// are dropped before the next one is measured.
/// </summary>
internal sealed class CloneScenario : Scenario
{
    private const string Template = "bare_template";
    private const string FirstQuery = "SELECT count(*) FROM t1";

    // The pool is full again when this many backends have a connection that has answered a query.
    private const string Ready = "SELECT count(*) FROM pg_stat_activity WHERE datname LIKE 'measured%' AND state = 'idle' AND query LIKE 'SELECT oid%'";
    private const string Databases = "SELECT count(*) FROM pg_database WHERE datname LIKE 'measured%' OR datname LIKE 'bare\\_of%'";

    private readonly TestInfrastructure _infra = new(new TestInfrastructureOptions { ShareServers = true });
    private readonly List<double> _handOuts = [];
    private readonly List<PostgresTestDatabase> _clones = [];
    private readonly List<(string Name, NpgsqlDataSource Source)> _bare = [];
    private PostgresService _postgres = null!;
    private NpgsqlDataSource _admin = null!;
    private bool _hasBegun;

    public int Tables { get; init; } = 50;

    public int Pooled { get; init; }

    public int AtOnce { get; init; } = 1;

    public override int Times => AtOnce == 1 ? 60 : 20;

    /// <summary>The time until the database was handed out, without the query.</summary>
    public override IReadOnlyDictionary<string, double> Extras => new Dictionary<string, double>(StringComparer.Ordinal)
    {
        ["handout_ms"] = _handOuts.Order().ElementAtOrDefault(_handOuts.Count / 2),
    };

    public override async Task SetUpAsync()
    {
        _postgres = new() { Database = "measured", Initialize = new DatabaseInitializer($"{Tables} tables", InitializeAsync), DatabasePoolSize = Pooled };
        await _infra.Register("measured", _postgres).StartAllAsync();
        _admin = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_postgres.ConnectionString) { Database = "postgres", MaxPoolSize = 40 }.ConnectionString);
        await RunAsync(_admin, $"CREATE DATABASE {Template}");
        await using (var source = Open(Template))
        {
            await InitializeAsync(source, CancellationToken.None);
        }

        await RunAsync(_admin, $"ALTER DATABASE {Template} ALLOW_CONNECTIONS false");
    }

    public override async Task PrepareAsync(bool ofFloor)
    {
        foreach (var clone in _clones)
        {
            await clone.DisposeAsync();
        }

        foreach (var (name, source) in _bare)
        {
            await source.DisposeAsync();
            await RunAsync(_admin, $"DROP DATABASE {name} WITH (FORCE)");
        }

        _clones.Clear();
        _bare.Clear();
        var pooled = _hasBegun ? Pooled : 0;
        await UntilAsync(Databases, 1 + pooled);
        await UntilAsync(Ready, pooled);
    }

    public override Task MeasuredAsync()
    {
        _hasBegun = true;
        return Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => MeasureOneAsync()));
    }

    public override Task FloorAsync() => Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
    {
        var name = $"bare_of_{Guid.NewGuid():N}";
        await RunAsync(_admin, $"CREATE DATABASE {name} TEMPLATE {Template} STRATEGY FILE_COPY");
        var source = Open(name);
        lock (_bare)
        {
            _bare.Add((name, source));
        }

        await RunAsync(source, FirstQuery);
    }));

    public override async ValueTask DisposeAsync()
    {
        foreach (var (_, source) in _bare)
        {
            await source.DisposeAsync();
        }

        await _admin.DisposeAsync();
        await _infra.DisposeAsync();
        await TestInfrastructure.StopSharedServersAsync();
    }

    private async Task MeasureOneAsync()
    {
        var begun = Stopwatch.GetTimestamp();
        var clone = await _postgres.CreateDatabaseAsync();
        var handedOut = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        lock (_clones)
        {
            _clones.Add(clone);
            _handOuts.Add(handedOut);
        }

        await RunAsync(clone.DataSource, FirstQuery);
    }

    private static async Task RunAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private NpgsqlDataSource Open(string database) => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_postgres.ConnectionString) { Database = database }.ConnectionString);

    private async Task UntilAsync(string count, long expected)
    {
        await using var command = _admin.CreateCommand(count);
        while ((long)(await command.ExecuteScalarAsync())! != expected)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }
    }

    private async Task InitializeAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(string.Concat(Enumerable.Range(1, Tables).Select(i =>
            $"CREATE TABLE t{i} (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, value text, parent int REFERENCES t{i});")));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
