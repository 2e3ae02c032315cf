using Npgsql;

namespace IntegrationKit.Services.Postgres;

/// <summary>The further databases of one service: those that are ready, those that are handed out, and the template that they are made from.</summary>
internal sealed class DatabaseClones : IAsyncDisposable
{
    /// <summary>How many databases may wait to be dropped before somebody who disposes of one has to wait.</summary>
    private const int MostDrops = 8;

    private readonly PostgresCluster _cluster;
    private readonly PostgresService _service;
    private readonly PostgresDatabase _origin;
    private readonly Func<string, PostgresDatabase> _open;
    private readonly ReadyPool<PostgresDatabase> _pool;
    private readonly SemaphoreSlim _drops = new(MostDrops);
    private readonly SemaphoreSlim _templateTurn = new(1, 1);
    private readonly Lock _gate = new();
    private readonly Dictionary<PostgresTestDatabase, bool> _handedOut = [];
    private CloneTemplate? _template;
    private string? _ownTemplate;
    private int _version;
    private bool _isClosed;

    /// <param name="cluster">Its server.</param>
    /// <param name="service">The service, with its settings.</param>
    /// <param name="origin">The service's own database.</param>
    /// <param name="template">A template with the same content; null if there is none.</param>
    /// <param name="open">Gives access to a database of a name.</param>
    public DatabaseClones(PostgresCluster cluster, PostgresService service, PostgresDatabase origin, CloneTemplate? template, Func<string, PostgresDatabase> open)
    {
        (_cluster, _service, _origin, _template, _open) = (cluster, service, origin, template, open);
        _pool = new(service.DatabasePoolSize, service.DatabasePoolParallelism, MakeAsync, DropAsync);
    }

    /// <summary>The baseline is another one: what is made from now on has that one.</summary>
    public void Renew()
    {
        string? former;
        lock (_gate)
        {
            _version++;
            (_template, former, _ownTemplate) = (null, _ownTemplate, null);
        }

        _pool.Clear();
        if (former is not null)
        {
            _ = _cluster.Drops.Begin(former);
        }
    }

    /// <summary>Hands out a database that answers.</summary>
    /// <exception cref="IntegrationKitException">None could be made; the message says why.</exception>
    public async Task<PostgresTestDatabase> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            PostgresDatabase made;
            bool isFresh;
            try
            {
                (made, isFresh) = await _pool.TakeAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                throw Stopped();
            }

            if (isFresh || await AnswersAsync(made, cancellationToken).ConfigureAwait(false))
            {
                var database = await HandOutAsync(made).ConfigureAwait(false);
                _pool.Fill();
                return database;
            }

            await DropAsync(made).ConfigureAwait(false);
        }
    }

    public async Task ResetAsync(PostgresTestDatabase database, CancellationToken cancellationToken)
    {
        try
        {
            await database.Database.RestoreBaselineAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IntegrationKitException e) when (_cluster.Server.Redact(e.ToString()) is var redacted && redacted != e.ToString())
        {
            throw new IntegrationKitException(_cluster.Server.Redact(e.Message));
        }
    }

    public async Task<string> KeepAsync(PostgresTestDatabase database, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_handedOut.ContainsKey(database))
            {
                throw new ObjectDisposedException(nameof(PostgresTestDatabase), $"Database '{database.DatabaseName}' is disposed of already.");
            }

            _handedOut[database] = true;
        }

        return await KeptDatabase.WriteAsync(_cluster, database, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The one who got it is through with it.</summary>
    public async Task EndAsync(PostgresTestDatabase database)
    {
        bool isKept;
        lock (_gate)
        {
            if (!_handedOut.Remove(database, out isKept))
            {
                return;
            }
        }

        if (isKept)
        {
            await database.Database.DisposeAsync().ConfigureAwait(false);
        }
        else
        {
            await DropAsync(database.Database).ConfigureAwait(false);
        }
    }

    /// <summary>Drops everything that is not kept, on a server that stays; one that nobody shares is removed as a whole.</summary>
    public async ValueTask DisposeAsync()
    {
        PostgresTestDatabase[] handedOut;
        string? template;
        lock (_gate)
        {
            _isClosed = true;
            (handedOut, template) = ([.. _handedOut.Keys], _ownTemplate);
        }

        await _pool.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(handedOut.Select(EndAsync)).ConfigureAwait(false);
        if (template is not null && _cluster.Server.IsShared)
        {
            _ = _cluster.Drops.Begin(template);
        }
    }

    private async Task<bool> AnswersAsync(PostgresDatabase database, CancellationToken cancellationToken)
    {
        try
        {
            // What has ended the connection of one that was ready, such as a test that ends all backends, has not harmed the database.
            await database.WarmUpAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            await DropAsync(database).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<PostgresTestDatabase> HandOutAsync(PostgresDatabase made)
    {
        var database = new PostgresTestDatabase(this, made, () => _service.NetworkHost);
        lock (_gate)
        {
            if (!_isClosed)
            {
                _handedOut.Add(database, false);
                return database;
            }
        }

        await DropAsync(made).ConfigureAwait(false);
        throw Stopped();
    }

    private async Task<PostgresDatabase> MakeAsync(CancellationToken cancellationToken)
    {
        var template = await GetTemplateAsync(cancellationToken).ConfigureAwait(false);
        var made = _open(await CloneAsync(template, cancellationToken).ConfigureAwait(false));
        try
        {
            await made.WarmUpAsync(cancellationToken).ConfigureAwait(false);
            return made;
        }
        catch
        {
            await DropAsync(made).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<string> CloneAsync(CloneTemplate template, CancellationToken cancellationToken)
    {
        try
        {
            return await _cluster.CloneAsync(template, _service.Database, _service.CopyStrategy, cancellationToken).ConfigureAwait(false);
        }
        catch (IntegrationKitException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName })
        {
            // The next one gets a new template.
            lock (_gate)
            {
                _template = _template == template ? null : _template;
            }

            throw;
        }
    }

    /// <summary>The template of the baseline, made for the first who asks.</summary>
    private async Task<CloneTemplate> GetTemplateAsync(CancellationToken cancellationToken)
    {
        await _templateTurn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (true)
            {
                int version;
                lock (_gate)
                {
                    if (_template is not null)
                    {
                        return _template;
                    }

                    version = _version;
                }

                var name = _cluster.NextName($"integrationkit_template_of_{_origin.Name}");
                var made = await BaselineCopy.MakeAsync(_cluster, _origin, name, _service.TracksWrites, cancellationToken).ConfigureAwait(false);
                lock (_gate)
                {
                    if (version == _version)
                    {
                        _ownTemplate = name;
                        return _template = made;
                    }
                }

                _ = _cluster.Drops.Begin(name);
            }
        }
        finally
        {
            _templateTurn.Release();
        }
    }

    private async Task DropAsync(PostgresDatabase database)
    {
        await database.DisposeAsync().ConfigureAwait(false);
        if (_isClosed && !_cluster.Server.IsShared)
        {
            return;
        }

        await _drops.WaitAsync().ConfigureAwait(false);
        _ = Task.Run(async () =>
        {
            try
            {
                var again = _open(database.Name);
                await using (again.ConfigureAwait(false))
                {
                    await again.TryRollBackPreparedAsync().ConfigureAwait(false);
                }

                await _cluster.Drops.Begin(database.Name).ConfigureAwait(false);
            }
            finally
            {
                _drops.Release();
            }
        });
    }

    private InvalidOperationException Stopped() => new($"Service '{_service.Name}' has been stopped, and no further database can be made.");
}
