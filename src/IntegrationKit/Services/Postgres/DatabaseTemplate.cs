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
    private bool _isMade;

    public string Name => name;

    /// <summary>Whether the database has settings of its own, which a clone does not get by itself.</summary>
    public bool HasSettings { get; private set; }

    public async Task EnsureMadeAsync(StartContext start, CancellationToken cancellationToken)
    {
        start.WaitsFor("the template database");
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_failure is not null)
            {
                throw _failure;
            }

            if (!_isMade)
            {
                try
                {
                    await MakeAsync(start, cancellationToken).ConfigureAwait(false);
                }
                catch (ScriptException e) when (e.ExitCode == ConnectionLost)
                {
                    // A test of another class may have ended all backends; its database is made anew.
                    await MakeAsync(start, cancellationToken).ConfigureAwait(false);
                }

                _isMade = true;
            }
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

    private async Task MakeAsync(StartContext start, CancellationToken cancellationToken)
    {
        var quoted = PostgresCluster.Quoted(name);
        await cluster.BeginSharingAsync(cancellationToken).ConfigureAwait(false);
        await cluster.CreateAsync(name, cancellationToken).ConfigureAwait(false);
        await setup.RunAsync(cluster, name, start, cancellationToken).ConfigureAwait(false);

        // A server process runs a moment longer than its connection, and CREATE DATABASE waits for it in steps of 100 ms.
        await cluster.ExecuteAsync(
            cancellationToken,
            $"ALTER DATABASE {quoted} ALLOW_CONNECTIONS false",
            $"""
            DO $$ BEGIN
              FOR i IN 1..1000 LOOP
                PERFORM pg_stat_clear_snapshot();
                EXIT WHEN NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = {PostgresCluster.Literal(name)});
                PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {PostgresCluster.Literal(name)};
                PERFORM pg_sleep(0.001);
              END LOOP;
            END $$
            """).ConfigureAwait(false);
        HasSettings = await cluster.ReadAsync<bool>(
            $"SELECT EXISTS (SELECT FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = {PostgresCluster.Literal(name)})",
            cancellationToken).ConfigureAwait(false);
    }
}
