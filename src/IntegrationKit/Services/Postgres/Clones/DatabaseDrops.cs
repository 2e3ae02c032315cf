using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace IntegrationKit.Services.Postgres;

/// <summary>Drops databases in the background.</summary>
internal sealed class DatabaseDrops(OwnSession admin, Server server)
{
    private static readonly Action<ILogger, string, Exception?> NotDropped = LoggerMessage.Define<string>(
        LogLevel.Warning, new(12, "SliceNotDropped"), "The slice {Slice} of a shared server could not be removed; it is removed with the server");

    private readonly ConcurrentDictionary<Task, bool> _running = new();

    /// <summary>Ends all connections to a database and refuses new ones.</summary>
    /// <returns>Whether it exists.</returns>
    public async Task<bool> FenceOffAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await admin.ExecuteAsync(
                cancellationToken,
                $"ALTER DATABASE {PostgresCluster.Quoted(name)} ALLOW_CONNECTIONS false",
                $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {PostgresCluster.Literal(name)}").ConfigureAwait(false);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            // A test has dropped it.
            return false;
        }
    }

    /// <summary>Waits until no server process works in a database, and ends those that do: CREATE and DROP DATABASE wait in steps of 100 ms.</summary>
    public static string UntilUnused(string name) =>
        $"""
        DO $$ BEGIN
          FOR i IN 1..1000 LOOP
            PERFORM pg_stat_clear_snapshot();
            EXIT WHEN NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = {PostgresCluster.Literal(name)});
            PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {PostgresCluster.Literal(name)};
            PERFORM pg_sleep(0.001);
          END LOOP;
        END $$
        """;

    /// <summary>Begins to drop a database.</summary>
    /// <returns>Ends when it is dropped, or could not be.</returns>
    public Task Begin(string name)
    {
        var drop = Task.Run(() => DropAsync(name), CancellationToken.None);
        _running.TryAdd(drop, true);
        _ = drop.ContinueWith(done => _running.TryRemove(done, out _), TaskScheduler.Default);
        return drop;
    }

    /// <summary>Waits until nothing is being dropped any more.</summary>
    public async Task WaitAsync() => await Task.WhenAll(_running.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task DropAsync(string name)
    {
        try
        {
            if (await FenceOffAsync(name, CancellationToken.None).ConfigureAwait(false))
            {
                await admin.ExecuteAsync(
                    CancellationToken.None,
                    UntilUnused(name),
                    $"SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = {PostgresCluster.Literal(name)}").ConfigureAwait(false);
                await admin.RunAsync(source => DropAsync(source, name)).ConfigureAwait(false);
            }
        }
        catch (PostgresException e)
        {
            // It takes memory until the server is stopped, and does no other harm.
            NotDropped(server.Logger, name, e);
        }
        catch (Exception e) when (e is NpgsqlException or IntegrationKitException or ObjectDisposedException)
        {
            // The server is down or stopped, and the database is gone with it.
        }
    }

    private static async Task DropAsync(NpgsqlDataSource source, string name)
    {
        var drop = $"DROP DATABASE IF EXISTS {PostgresCluster.Quoted(name)}";
        try
        {
            await OwnSession.ExecuteAsync(source, [drop], CancellationToken.None).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ObjectInUse)
        {
            await OwnSession.ExecuteAsync(source, [$"{drop} WITH (FORCE)"], CancellationToken.None).ConfigureAwait(false);
        }
    }
}
