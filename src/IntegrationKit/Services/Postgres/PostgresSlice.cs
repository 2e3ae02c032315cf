using IntegrationKit.Services.Postgres;
using Microsoft.Extensions.Logging;

namespace IntegrationKit;

/// <summary>
/// One service's database: on a shared server one of its own, cloned from a template; else the server's, and those that the
/// init scripts have made beside it.
/// </summary>
public sealed class PostgresSlice : ServerSlice
{
    // So that twenty classes at a time, and the library's own connections, fit into max_connections.
    private const int MaxSliceConnections = 20;

    private static readonly Action<ILogger, string, string, string, Exception?> LeftEmpty = LoggerMessage.Define<string, string, string>(
        LogLevel.Warning,
        new(14, "DatabaseLeftEmpty"),
        "Nothing was made in database '{Database}' of service '{Service}', to which its connection string leads, but there is also: {Others}. If the scripts make the database that " +
        "tests use, set Database to its name and leave CREATE DATABASE out");

    private static readonly Action<ILogger, string, string, string, Exception?> EmptiedHistory = LoggerMessage.Define<string, string, string>(
        LogLevel.Warning,
        new(18, "HistoryEmptied"),
        "The reset of service '{Service}' has emptied {Tables} in database '{Database}', where a tool keeps track of what it has done to the database: it was filled after the baseline was noted. " +
        "Migrate in an init script or in Initialize, or by a service that is started together with the database, such as a WebAppService; or call CaptureBaselineAsync when the migration is done");

    private readonly PostgresCluster _cluster;
    private readonly string _service;
    private readonly ILogger _logger;
    private readonly bool _tracksWrites;
    private readonly PostgresDatabase _own;
    private IReadOnlyList<PostgresDatabase> _others = [];
    private volatile PostgresTestDatabase? _standIn;

    /// <param name="cluster">The server.</param>
    /// <param name="service">The service, with its settings.</param>
    /// <param name="start">Its start.</param>
    /// <param name="database">The database's name.</param>
    /// <param name="template">A template with the same content; null if there is none.</param>
    internal PostgresSlice(PostgresCluster cluster, PostgresService service, StartContext start, string database, CloneTemplate? template)
        : base(cluster.Server)
    {
        (_cluster, _service, _logger, _tracksWrites) = (cluster, start.ServiceName, start.Logger, service.TracksWrites);
        _own = new(cluster, _service, database, _tracksWrites, Server.IsShared ? MaxSliceConnections : null);
        Clones = new(cluster, service, _own, template, name => new(cluster, _service, name, _tracksWrites, MaxSliceConnections));
    }

    /// <summary>The service's database, or the one that stands in for it.</summary>
    internal PostgresDatabase Database => _standIn?.Database ?? _own;

    private IEnumerable<PostgresDatabase> Databases => _standIn is { Database: var database } ? [database] : _others.Prepend(_own);

    /// <summary>The further databases that tests ask for.</summary>
    internal DatabaseClones Clones { get; }

    /// <summary>Brings the rows and sequence values of the baseline back. Tables made since are emptied and stay.</summary>
    /// <exception cref="IntegrationKitException">An open transaction blocks it, or the schema was changed; the message says which.</exception>
    public override async Task ResetAsync(CancellationToken cancellationToken)
    {
        await RedactedAsync(async () =>
        {
            foreach (var database in Databases)
            {
                await RestoreAsync(database, cancellationToken).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
        await _cluster.Watch.LookAsync(_service, _logger, _own.Name, isLast: false, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task CaptureBaselineAsync(CancellationToken cancellationToken)
    {
        var isNew = await Database.CaptureBaselineAsync(cancellationToken).ConfigureAwait(false);
        if (_standIn is not null)
        {
            return;
        }

        if (isNew)
        {
            Clones.Renew();
        }

        await CaptureOthersAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The tables whose rows differ from the baseline's. Of those of more than 64 MiB only the number of rows is compared.</summary>
    /// <exception cref="IntegrationKitException">An open transaction blocks it; the message says which.</exception>
    public override async Task<IReadOnlyList<Leftover>> FindLeftoversAsync(CancellationToken cancellationToken)
    {
        var found = new List<Leftover>();
        await RedactedAsync(async () =>
        {
            foreach (var database in Databases)
            {
                var leftovers = await database.FindLeftoversAsync(cancellationToken).ConfigureAwait(false);
                found.AddRange(database == Database ? leftovers : leftovers.Select(each => each with { Name = $"{each.Name} of database {database.Name}" }));
            }
        }).ConfigureAwait(false);
        return found;
    }

    /// <summary>On a shared server only the lines about this database.</summary>
    public override IAsyncEnumerable<LogLine> ReadLogAsync(LogQuery query, CancellationToken cancellationToken)
    {
        var lines = Server.ReadLogAsync(query, cancellationToken);
        return Server.IsShared || query.Since is not null ? PostgresLog.LinesOfAsync(Server.IsShared ? Database.Name : null, query.Since, lines, cancellationToken) : lines;
    }

    /// <summary>On a shared server, ends the connections to the database and refuses new ones: after a stop, old clients cannot reach the data.</summary>
    public override async ValueTask DisposeAsync()
    {
        try
        {
            await Clones.DisposeAsync().ConfigureAwait(false);
            if (Server.IsShared)
            {
                await _cluster.Watch.LookAsync(_service, _logger, _own.Name, isLast: true, CancellationToken.None).ConfigureAwait(false);
                await _own.RollBackPreparedAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
        finally
        {
            foreach (var database in _others.Prepend(_own))
            {
                await database.DisposeAsync().ConfigureAwait(false);
            }
        }

        if (Server.IsShared)
        {
            await _cluster.CloseDatabaseAsync(_own.Name, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Lets another database stand in for the service's own, until the result is disposed of.</summary>
    /// <exception cref="InvalidOperationException">Another one does already.</exception>
    internal IDisposable Replace(PostgresTestDatabase standIn) => Interlocked.CompareExchange(ref _standIn, standIn, null) is { } other
        ? throw new InvalidOperationException($"Database '{other.DatabaseName}' stands in for that of service '{_service}' already: dispose of what UseDatabase has returned first.")
        : new Replacement(this, standIn);

    /// <summary>Takes the databases as its set-up has left them.</summary>
    internal async Task BeginAsync(CancellationToken cancellationToken)
    {
        await _own.IdentifyAsync(cancellationToken).ConfigureAwait(false);
        await CaptureOthersAsync(cancellationToken).ConfigureAwait(false);
        if (_others.Count > 0 && await _own.IsEmptyAsync(cancellationToken).ConfigureAwait(false))
        {
            LeftEmpty(_logger, _own.Name, _service, string.Join(", ", _others.Select(each => each.Name)), null);
        }
    }

    private async Task RedactedAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (IntegrationKitException e) when (Server.Redact(e.ToString()) is var redacted && redacted != e.ToString())
        {
            // It quotes what the tests have sent, such as an ALTER ROLE with the password; so does the inner error.
            throw new IntegrationKitException(Server.Redact(e.Message));
        }
    }

    private async Task RestoreAsync(PostgresDatabase database, CancellationToken cancellationToken)
    {
        var history = await database.RestoreBaselineAsync(cancellationToken).ConfigureAwait(false);
        if (history.Count > 0)
        {
            EmptiedHistory(_logger, _service, string.Join(", ", history), database.Name, null);
        }
    }

    /// <summary>A server that nobody shares may have other databases, which belong to the state of this service.</summary>
    private async Task CaptureOthersAsync(CancellationToken cancellationToken)
    {
        if (Server.IsShared)
        {
            return;
        }

        var before = _others;
        _others = [.. (await _cluster.FindOthersAsync(_own.Name, cancellationToken).ConfigureAwait(false)).Select(name => new PostgresDatabase(_cluster, _service, name, _tracksWrites))];
        foreach (var other in _others)
        {
            await other.CaptureBaselineAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var other in before)
        {
            await other.DisposeAsync().ConfigureAwait(false);
        }

        await _cluster.Watch.NoteAsync(_own.Name, cancellationToken).ConfigureAwait(false);
    }

    private sealed class Replacement(PostgresSlice slice, PostgresTestDatabase standIn) : IDisposable
    {
        public void Dispose() => Interlocked.CompareExchange(ref slice._standIn, null, standIn);
    }
}
