using IntegrationKit.Services.Postgres;
using Npgsql;

namespace IntegrationKit;

/// <summary>
/// One more database of a <see cref="PostgresService"/>, from <see cref="PostgresService.CreateDatabaseAsync"/>. Nobody else uses it.
/// When it is disposed of, or the service is stopped, it is dropped in the background.
/// </summary>
public sealed class PostgresTestDatabase : IAsyncDisposable
{
    private readonly DatabaseClones _clones;
    private readonly Func<string> _networkHost;

    internal PostgresTestDatabase(DatabaseClones clones, PostgresDatabase database, Func<string> networkHost) => (_clones, Database, _networkHost) = (clones, database, networkHost);

    /// <summary>Its name.</summary>
    public string DatabaseName => Database.Name;

    /// <summary>For Npgsql, at the address that the tests reach.</summary>
    public string ConnectionString => Database.ConnectionString;

    /// <summary>For Npgsql, at the address that other containers of the infrastructure reach.</summary>
    /// <exception cref="InvalidOperationException">The service is not running, or no other container refers to it.</exception>
    public string NetworkConnectionString => Database.NetworkConnectionString(_networkHost());

    /// <summary>Connections to it. One of them is open and has answered a query.</summary>
    /// <exception cref="ObjectDisposedException">It is disposed of.</exception>
    public NpgsqlDataSource DataSource => Database.DataSource;

    internal PostgresDatabase Database { get; }

    /// <summary>Opens a connection to it. The caller disposes it.</summary>
    /// <exception cref="ObjectDisposedException">It is disposed of.</exception>
    /// <exception cref="NpgsqlException">The connection could not be opened.</exception>
    public async Task<NpgsqlConnection> OpenConnectionAsync(CancellationToken cancellationToken = default) =>
        await DataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Brings back the content that it had when it was handed out. Open connections stay usable.</summary>
    /// <exception cref="IntegrationKitException">An open transaction blocks it, or the schema was changed; the message says which.</exception>
    public Task ResetAsync(CancellationToken cancellationToken = default) => _clones.ResetAsync(this, cancellationToken);

    /// <summary>
    /// Keeps it, to be looked into: it is not dropped as long as its server runs, and a dump of it is written, since its server
    /// is removed at the end of the run.
    /// </summary>
    /// <returns>
    /// What to do to look into it, some lines: its connection string with the password, a command line for psql, and the file of
    /// the dump, in the folder <c>kept-databases</c> beside the program.
    /// </returns>
    /// <exception cref="IntegrationKitException">No dump could be written. Until the server is stopped it is kept all the same.</exception>
    public Task<string> KeepAsync(CancellationToken cancellationToken = default) => _clones.KeepAsync(this, cancellationToken);

    /// <summary>Closes its connections. It is dropped in the background; where too many wait for that, this waits.</summary>
    public async ValueTask DisposeAsync() => await _clones.EndAsync(this).ConfigureAwait(false);
}
