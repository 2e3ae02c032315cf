using Npgsql;

namespace IntegrationKit.Services.Postgres;

/// <summary>
/// The library's own connections to one database. They have the settings that they need, whatever a user has set for the
/// server, the database or the role; what a lost connection has interrupted is tried again once, over a connection of its own.
/// </summary>
internal sealed class OwnSession : IAsyncDisposable
{
    // Source: appendix A of the manual. With these the server ends the session.
    private const string IdleSession = "57P05";
    private const string IdleInTransaction = "25P03";
    private const string LongTransaction = "25P04";

    private readonly Lock _clearing = new();
    private readonly NpgsqlDataSource _source;
    private readonly string _database;

    public OwnSession(PostgresLogin login, ServiceEndpoint endpoint, string database, int? maxPoolSize = null)
    {
        _database = database;
        var builder = new NpgsqlDataSourceBuilder(login.OwnConnectionString(endpoint, database, maxPoolSize));
        builder.UsePhysicalConnectionInitializer(
            connection =>
            {
                using var command = new NpgsqlCommand(OwnSettings.OfNewerServers, connection);
                command.ExecuteNonQuery();
            },
            async connection =>
            {
                var command = new NpgsqlCommand(OwnSettings.OfNewerServers, connection);
                await using (command.ConfigureAwait(false))
                {
                    await command.ExecuteNonQueryAsync().ConfigureAwait(false);
                }
            });
        _source = builder.Build();
    }

    /// <summary>Does work that may be done twice: after a lost connection nobody knows how much of it was done.</summary>
    /// <exception cref="IntegrationKitException">The connection was lost a second time.</exception>
    public async Task<T> RunAsync<T>(Func<NpgsqlDataSource, Task<T>> work)
    {
        try
        {
            return await work(_source).ConfigureAwait(false);
        }
        catch (NpgsqlException e) when (IsLost(e))
        {
            // The other idle connections may have been ended as well. One at a time: the driver returns at once from a second
            // call, and the next connection could still be one of those.
            lock (_clearing)
            {
                _source.Clear();
            }
        }

        try
        {
            return await work(_source).ConfigureAwait(false);
        }
        catch (NpgsqlException e) when (IsLost(e))
        {
            throw new IntegrationKitException(
                $"The library's connection to database '{_database}' was lost twice in a row: {e.Message} The server is down or ends all connections; its log says why.", e);
        }
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(Func<NpgsqlDataSource, Task> work) => RunAsync(async source =>
    {
        await work(source).ConfigureAwait(false);
        return true;
    });

    /// <summary>Asks for an answer, once: who waits for a server tries again anyway.</summary>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        var command = _source.CreateCommand("SELECT 1");
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<T> ReadAsync<T>(string sql, CancellationToken cancellationToken) => await RunAsync(async source =>
    {
        var command = source.CreateCommand(sql);
        await using (command.ConfigureAwait(false))
        {
            return (T)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        }
    }).ConfigureAwait(false);

    /// <summary>One statement after the other. After a lost connection all of them are executed again.</summary>
    public Task ExecuteAsync(CancellationToken cancellationToken, params string[] statements) => RunAsync(source => ExecuteAsync(source, statements, cancellationToken));

    /// <summary>One statement after the other: CREATE DATABASE and similar statements cannot run in the transaction of a batch.</summary>
    public static async Task ExecuteAsync(NpgsqlDataSource source, IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            foreach (var statement in statements)
            {
                var command = new NpgsqlCommand(statement, connection);
                await using (command.ConfigureAwait(false))
                {
                    await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <summary>Whether the server, or something on the way, has ended the connection.</summary>
    private static bool IsLost(NpgsqlException error) => error is PostgresException { SqlState: var state }
        ? state is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            or IdleInTransaction or IdleSession or LongTransaction
        : error.InnerException is IOException or System.Net.Sockets.SocketException;
}
