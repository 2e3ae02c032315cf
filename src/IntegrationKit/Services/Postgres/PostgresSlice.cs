using IntegrationKit.Services.Postgres;
using Npgsql;

namespace IntegrationKit;

/// <summary>One service's database: on a shared server one of its own, cloned from a template; else the server's only one.</summary>
public sealed class PostgresSlice : ServerSlice
{
    // So that twenty classes at a time, and the library's own connections, fit into max_connections.
    private const int MaxSliceConnections = 20;

    private readonly Lock _gate = new();
    private readonly PostgresCluster _cluster;
    private readonly string _service;
    private NpgsqlDataSource? _handedOut;
    private NpgsqlDataSource? _own;
    private bool _isClosed;

    // A reset that failed may have taken back the note of what was written to, and not the rows.
    private bool _isResetOpen;

    internal PostgresSlice(PostgresCluster cluster, string service, string database)
        : base(cluster.Server) => (_cluster, _service, Database) = (cluster, service, database);

    internal string Database { get; }

    internal string ConnectionString => _cluster.Login.ConnectionStringTo(_cluster.Endpoint, Database, _service, MaxPoolSize);

    internal NpgsqlDataSource DataSource => Open(ref _handedOut, ConnectionString);

    private int? MaxPoolSize => Server.IsShared ? MaxSliceConnections : null;

    /// <summary>The library's own connections: a test that exhausts the pool does not stop a reset.</summary>
    private NpgsqlDataSource OwnDataSource => Open(ref _own, _cluster.Login.OwnConnectionString(_cluster.Endpoint, Database));

    /// <summary>Brings the rows and sequence values of the baseline back. Tables made since are emptied and stay.</summary>
    /// <exception cref="IntegrationKitException">An open transaction blocks it, or the schema was changed; the message says which.</exception>
    public override async Task ResetAsync(CancellationToken cancellationToken)
    {
        try
        {
            var everything = Interlocked.Exchange(ref _isResetOpen, true);
            await DatabaseBaseline.RestoreAsync(OwnDataSource, everything, cancellationToken).ConfigureAwait(false);
            _isResetOpen = false;
        }
        catch (IntegrationKitException e) when (Server.Redact(e.ToString()) is var redacted && redacted != e.ToString())
        {
            // It quotes what the tests have sent, such as an ALTER ROLE with the password; so does the inner error.
            throw new IntegrationKitException(Server.Redact(e.Message));
        }
    }

    /// <inheritdoc/>
    public override Task CaptureBaselineAsync(CancellationToken cancellationToken) => DatabaseBaseline.CaptureAsync(OwnDataSource, cancellationToken);

    /// <summary>On a shared server only the lines about this database.</summary>
    public override IAsyncEnumerable<LogLine> ReadLogAsync(LogQuery query, CancellationToken cancellationToken)
    {
        var lines = Server.ReadLogAsync(query, cancellationToken);
        return Server.IsShared || query.Since is not null ? PostgresLog.LinesOfAsync(Server.IsShared ? Database : null, query.Since, lines, cancellationToken) : lines;
    }

    /// <summary>On a shared server, ends the connections to the database and refuses new ones: after a stop, old clients cannot reach the data.</summary>
    public override async ValueTask DisposeAsync()
    {
        NpgsqlDataSource?[] sources;
        lock (_gate)
        {
            _isClosed = true;
            sources = [_handedOut, _own];
        }

        foreach (var source in sources)
        {
            if (source is not null)
            {
                await source.DisposeAsync().ConfigureAwait(false);
            }
        }

        if (Server.IsShared)
        {
            await _cluster.CloseDatabaseAsync(Database, CancellationToken.None).ConfigureAwait(false);
        }
    }

    internal string NetworkConnectionString(string host) =>
        _cluster.Login.ConnectionStringTo(new(host, PostgresService.ContainerPort), Database, applicationName: null, MaxPoolSize);

    internal Task RunScriptAsync(string file, CancellationToken cancellationToken) =>
        new ScriptRunner(Server, _cluster.Login, Database).RunAsync([file], cancellationToken);

    private NpgsqlDataSource Open(ref NpgsqlDataSource? source, string connectionString)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            return source ??= NpgsqlDataSource.Create(connectionString);
        }
    }
}
