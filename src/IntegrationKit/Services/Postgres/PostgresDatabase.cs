using Npgsql;

namespace IntegrationKit.Services.Postgres;

/// <summary>One database: the connections to it that are handed out, and those of the library. Disposing it closes both; it drops nothing.</summary>
/// <param name="cluster">Its server.</param>
/// <param name="service">The service that it is for.</param>
/// <param name="name">Its real name.</param>
/// <param name="tracksWrites">Whether its tables get triggers which note that they are written to.</param>
/// <param name="maxPoolSize">How many connections its users may have; null for the driver's default.</param>
internal sealed class PostgresDatabase(PostgresCluster cluster, string service, string name, bool tracksWrites, int? maxPoolSize = null) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private NpgsqlDataSource? _handedOut;
    private OwnSession? _own;
    private bool _isClosed;

    // A reset or a capture that was cut off may have taken back the note of what was written to, and not the rows; and a server
    // that crashed has emptied its unlogged tables.
    private bool _isResetOpen;
    private bool _hasToldHistory;
    private uint _id;

    public string Name => name;

    public string ConnectionString => cluster.Login.ConnectionStringTo(cluster.Endpoint, name, service, maxPoolSize);

    public NpgsqlDataSource DataSource => Open(ref _handedOut, () => NpgsqlDataSource.Create(ConnectionString));

    /// <summary>The library's own connections: a test that exhausts the pool does not stop a reset.</summary>
    private OwnSession Own => Open(ref _own, () => new OwnSession(cluster.Login, cluster.Endpoint, name));

    public string NetworkConnectionString(string host) =>
        cluster.Login.ConnectionStringTo(new(host, PostgresService.ContainerPort), name, applicationName: null, maxPoolSize);

    public Task RunScriptAsync(string file, CancellationToken cancellationToken) =>
        new ScriptRunner(cluster.Server, cluster.Login, name).RunAsync([file], cancellationToken);

    /// <summary>Whether somebody has made a table, a view or a sequence in it.</summary>
    public Task<bool> IsEmptyAsync(CancellationToken cancellationToken) => Own.ReadAsync<bool>(
        """
        SELECT NOT EXISTS (
            SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname <> 'integrationkit' AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))
        """,
        cancellationToken);

    /// <summary>Rolls back what is prepared and not committed: it would keep the database from being dropped, and every replication slot of the server from being made.</summary>
    public async Task RollBackPreparedAsync(CancellationToken cancellationToken)
    {
        var prepared = await cluster.ReadAsync<string[]>(
            $"SELECT coalesce(array_agg(gid), ARRAY[]::text[]) FROM pg_prepared_xacts WHERE database = {PostgresCluster.Literal(name)}", cancellationToken).ConfigureAwait(false);
        if (prepared.Length > 0)
        {
            await Own.ExecuteAsync(cancellationToken, [.. prepared.Select(each => $"ROLLBACK PREPARED {PostgresCluster.Literal(each)}")]).ConfigureAwait(false);
        }
    }

    /// <inheritdoc cref="RollBackPreparedAsync"/>
    /// <remarks>Does nothing if the database or its server is gone.</remarks>
    public async Task TryRollBackPreparedAsync()
    {
        try
        {
            await RollBackPreparedAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or IntegrationKitException or ObjectDisposedException)
        {
            // The drop says it.
        }
    }

    /// <summary>Makes the current state the baseline.</summary>
    /// <returns>Whether it may be another one than before.</returns>
    /// <exception cref="IntegrationKitException">The database was dropped, or the server is down.</exception>
    public async Task<bool> CaptureBaselineAsync(CancellationToken cancellationToken)
    {
        var isNew = false;
        await RunAsync(async source =>
        {
            if (_id != 0 && !_isResetOpen && !await DatabaseBaseline.HasChangedAsync(source, cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            _isResetOpen = isNew = true;
            await DatabaseBaseline.CaptureAsync(source, tracksWrites, cancellationToken).ConfigureAwait(false);
            _isResetOpen = false;
        }).ConfigureAwait(false);
        await IdentifyAsync(cancellationToken).ConfigureAwait(false);
        return isNew;
    }

    /// <summary>Notes which database it is, since another one may get its name.</summary>
    public async Task IdentifyAsync(CancellationToken cancellationToken) => _id = await ReadIdAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Opens a connection that is handed out later, or the first one, and has it answer a query; notes which database it is.</summary>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        var command = DataSource.CreateCommand("SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()");
        await using (command.ConfigureAwait(false))
        {
            _id = (uint)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        }
    }

    /// <inheritdoc cref="OpenTransactions.ListAsync"/>
    public Task<string> ListTransactionsAsync(CancellationToken cancellationToken) => Own.RunAsync(source => OpenTransactions.ListAsync(source, cancellationToken));

    /// <summary>The schemas that a user may have made.</summary>
    public Task<string[]> ReadSchemasAsync(CancellationToken cancellationToken) => Own.ReadAsync<string[]>(
        @"SELECT coalesce(array_agg(nspname::text), ARRAY[]::text[]) FROM pg_namespace WHERE nspname NOT IN ('integrationkit', 'information_schema') AND nspname NOT LIKE 'pg\_%'",
        cancellationToken);

    /// <summary>Brings the baseline into a database that has its copies and no rows.</summary>
    public Task FillFromBaselineAsync(CancellationToken cancellationToken) =>
        RunAsync(source => DatabaseBaseline.RestoreAsync(source, everything: true, cancellationToken));

    /// <summary>Brings the baseline back.</summary>
    /// <returns>Tables in which a tool keeps track of its work and that were emptied; told once.</returns>
    /// <exception cref="IntegrationKitException">It could not be brought back; the message says why.</exception>
    public async Task<IReadOnlyList<string>> RestoreBaselineAsync(CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<string> history = [];
            await RunAsync(async source =>
            {
                var everything = Interlocked.Exchange(ref _isResetOpen, true);
                history = await DatabaseBaseline.RestoreAsync(source, everything, cancellationToken).ConfigureAwait(false);
                _isResetOpen = false;
            }).ConfigureAwait(false);
            return history.Count > 0 && !Interlocked.Exchange(ref _hasToldHistory, true) ? history : [];
        }
        catch (IntegrationKitException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.InvalidSchemaName })
        {
            if (await ReadIdAsync(cancellationToken).ConfigureAwait(false) != _id)
            {
                throw new IntegrationKitException(
                    $"Database '{name}' was dropped and made again, as EF Core's EnsureDeleted and EnsureCreated do, and the baseline went with it. " +
                    "Let the reset remove the rows instead, or call CaptureBaselineAsync when the new database is ready.", e.InnerException);
            }

            throw;
        }
    }

    /// <summary>What differs from the baseline.</summary>
    /// <exception cref="IntegrationKitException">It could not be read; the message says why.</exception>
    public async Task<IReadOnlyList<Leftover>> FindLeftoversAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<Leftover> found = [];
        await RunAsync(async source => found = await DatabaseLeftovers.FindAsync(source, _isResetOpen, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        return found;
    }

    public async ValueTask DisposeAsync()
    {
        IAsyncDisposable?[] sources;
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
    }

    private async Task RunAsync(Func<NpgsqlDataSource, Task> work)
    {
        try
        {
            await Own.RunAsync(work).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            throw new IntegrationKitException(
                $"Database '{name}' does not exist any more: it was dropped, as EF Core's EnsureDeleted does. Let the reset remove the rows instead, " +
                "or use a service of its own (OwnServer) for a test that drops its database.", e);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification)
        {
            throw new IntegrationKitException(
                $"The library cannot log in to database '{name}' any more: {e.MessageText}. A test has changed the role that the service was started with, which belongs to " +
                "the whole server: set OwnServer = true, and use another role for such a test.", e);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new IntegrationKitException(
                $"The library may not do in database '{name}' what a baseline needs: {e.MessageText}. Its role '{cluster.Login.User}', with which the server was started, has to be a superuser: " +
                "no script and no test must take SUPERUSER from it. Use another role for code that is to have fewer rights.", e);
        }
    }

    private Task<uint> ReadIdAsync(CancellationToken cancellationToken) => cluster.ReadAsync<uint>(
        $"SELECT coalesce((SELECT oid FROM pg_database WHERE datname = {PostgresCluster.Literal(name)}), 0::oid)", cancellationToken);

    private T Open<T>(ref T? source, Func<T> make)
        where T : class
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            return source ??= make();
        }
    }
}
