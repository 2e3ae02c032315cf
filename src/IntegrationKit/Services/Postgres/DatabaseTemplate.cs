namespace IntegrationKit.Services.Postgres;

/// <summary>
/// An initialised database from which others are cloned. The first one who needs it makes it; if that is cancelled or
/// the server fails, the next one tries again. A script that fails fails for all: a second try would find what the
/// first has left, such as roles.
/// </summary>
internal sealed class DatabaseTemplate(PostgresCluster cluster, string name, DatabaseSetup setup)
{
    // Source: the manual of psql, "Exit Status".
    private const int ConnectionLost = 2;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private IntegrationKitException? _failure;
    private CloneTemplate? _made;

    /// <summary>The template, made by the first who asks.</summary>
    public async Task<CloneTemplate> GetAsync(StartContext start, CancellationToken cancellationToken)
    {
        start.WaitsFor("the template database");
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_failure is not null)
            {
                throw _failure;
            }

            if (_made is null)
            {
                try
                {
                    _made = await MakeAsync(start, cancellationToken).ConfigureAwait(false);
                }
                catch (ScriptException e) when (e.ExitCode == ConnectionLost)
                {
                    // A test of another class may have ended all backends; its database is made anew.
                    _made = await MakeAsync(start, cancellationToken).ConfigureAwait(false);
                }
            }

            return _made;
        }
        catch (ScriptException e)
        {
            _failure = e.OnSharedServer();
            throw _failure;
        }
        catch (NotShareableException e)
        {
            _failure = e;
            throw;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<CloneTemplate> MakeAsync(StartContext start, CancellationToken cancellationToken)
    {
        await cluster.BeginSharingAsync(cancellationToken).ConfigureAwait(false);
        await cluster.CreateAsync(name, cancellationToken).ConfigureAwait(false);
        await setup.RunAsync(cluster, name, start, cancellationToken).ConfigureAwait(false);
        return await CloneTemplate.SealAsync(cluster, name, cancellationToken).ConfigureAwait(false);
    }
}
