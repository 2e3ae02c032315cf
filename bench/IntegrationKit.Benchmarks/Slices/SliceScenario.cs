using Npgsql;

namespace IntegrationKit.Benchmarks.Slices;

/// <summary>
/// The start of a service on a shared server that runs already, until its first query is answered, against CREATE DATABASE from an equal
/// template and a connection to it.
/// </summary>
internal sealed class SliceScenario : Scenario
{
    private const string Template = "bare_template";
    private const string Bare = "bare_slice";
    private const string FirstQuery = "SELECT count(*) FROM t1";

    private readonly TestInfrastructure _kept = new(new TestInfrastructureOptions { ShareServers = true });
    private TestInfrastructure? _infra;
    private NpgsqlDataSource _admin = null!;
    private NpgsqlDataSource? _bare;

    public required int Tables { get; init; }

    public override int Times => 100;

    /// <summary>One service keeps the server, and has its template made.</summary>
    public override async Task SetUpAsync()
    {
        var first = MakeService();
        var own = new PostgresService { Database = "own", OwnServer = true };
        await _kept.Register("first", first).Register("own", own).StartAllAsync();
        _admin = own.DataSource;
        await RunAsync(_admin, $"CREATE DATABASE {Template}");
        await using (var source = OpenBare(Template))
        {
            await RunAsync(source, Schema());
        }

        await RunAsync(_admin, $"ALTER DATABASE {Template} ALLOW_CONNECTIONS false");
    }

    public override async Task PrepareAsync(bool ofFloor)
    {
        await (_infra?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_bare?.DisposeAsync() ?? ValueTask.CompletedTask);
        await RunAsync(_admin, $"DROP DATABASE IF EXISTS {Bare} WITH (FORCE)");
    }

    public override async Task MeasuredAsync()
    {
        var service = MakeService();
        _infra = new(new TestInfrastructureOptions { ShareServers = true });
        await _infra.Register("measured", service).StartAllAsync();
        await RunAsync(service.DataSource, FirstQuery);
    }

    public override async Task FloorAsync()
    {
        await RunAsync(_admin, $"CREATE DATABASE {Bare} TEMPLATE {Template} STRATEGY FILE_COPY");
        _bare = OpenBare(Bare);
        await RunAsync(_bare, FirstQuery);
    }

    public override async ValueTask DisposeAsync()
    {
        await PrepareAsync(ofFloor: true);
        await _kept.DisposeAsync();
        await TestInfrastructure.StopSharedServersAsync();
    }

    private static async Task RunAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private NpgsqlDataSource OpenBare(string database) => NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(_kept.Get<PostgresService>("own").ConnectionString) { Database = database }.ConnectionString);

    private PostgresService MakeService() => new()
    {
        Database = "measured",
        Initialize = new DatabaseInitializer($"{Tables} tables", async (source, cancellationToken) =>
        {
            await using var command = source.CreateCommand(Schema());
            await command.ExecuteNonQueryAsync(cancellationToken);
        }),
    };

    private string Schema() => string.Concat(Enumerable.Range(1, Tables).Select(i =>
        $"CREATE TABLE t{i} (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, value text, parent int REFERENCES t{i});"));
}
