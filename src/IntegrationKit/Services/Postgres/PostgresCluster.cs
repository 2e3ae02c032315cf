using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace IntegrationKit.Services.Postgres;

/// <summary>What is kept for one server: the library's own connections to it, its templates, and the databases that are being dropped.</summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    /// <summary>Where the library itself logs in on a shared server; no service's database.</summary>
    public const string AdminDatabase = "postgres";

    // Source: PostgreSQL's NAMEDATALEN, less its terminator.
    private const int LongestName = 63;
    private const int MaxAdminConnections = 8;

    private static readonly Action<ILogger, string, Exception?> NotDropped = LoggerMessage.Define<string>(
        LogLevel.Warning, new(12, "SliceNotDropped"), "The slice {Slice} of a shared server could not be removed; it is removed with the server");

    private readonly ConcurrentDictionary<string, DatabaseTemplate> _templates = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> _drops = new();
    private readonly NpgsqlDataSource _admin;
    private int _count;

    private PostgresCluster(Server server, string user, string database)
    {
        Server = server;
        Login = new(user, server.GetSecret(PostgresImage.Password));
        Endpoint = server.Endpoint(PostgresService.ContainerPort);
        _admin = NpgsqlDataSource.Create(Login.OwnConnectionString(Endpoint, database, MaxAdminConnections));
    }

    public Server Server { get; }

    public PostgresLogin Login { get; }

    public ServiceEndpoint Endpoint { get; }

    /// <summary>The cluster of a server.</summary>
    /// <param name="server">The server, with a published port.</param>
    /// <param name="user">The superuser that it was started with.</param>
    /// <param name="database">The database that it was started with.</param>
    public static PostgresCluster Of(Server server, string user, string database) => server.GetOrAdd(each => new PostgresCluster(each, user, database));

    /// <summary>Logs in and asks for an answer.</summary>
    public Task PingAsync(CancellationToken cancellationToken) => ReadAsync<int>("SELECT 1", cancellationToken);

    /// <summary>The template of this set-up, made for the first who asks.</summary>
    public DatabaseTemplate TemplateFor(string key, DatabaseSetup setup) =>
        _templates.GetOrAdd(key, _ => new DatabaseTemplate(this, $"integrationkit_template_{key[..12].ToLowerInvariant()}", setup));

    /// <summary>Makes a database from a template and returns its name.</summary>
    public async Task<string> CloneAsync(DatabaseTemplate template, string prefix, CancellationToken cancellationToken)
    {
        var suffix = $"_{Interlocked.Increment(ref _count)}";
        var name = prefix[..Math.Min(prefix.Length, LongestName - suffix.Length)] + suffix;
        await ExecuteAsync(cancellationToken, $"CREATE DATABASE {Quoted(name)} TEMPLATE {Quoted(template.Name)}").ConfigureAwait(false);
        if (template.HasSettings)
        {
            await ExecuteAsync(
                cancellationToken,
                $"""
                INSERT INTO pg_db_role_setting (setdatabase, setrole, setconfig)
                SELECT made.oid, s.setrole, s.setconfig FROM pg_db_role_setting s JOIN pg_database t ON t.oid = s.setdatabase, pg_database made
                WHERE t.datname = {Literal(template.Name)} AND made.datname = {Literal(name)}
                """).ConfigureAwait(false);
        }

        return name;
    }

    /// <summary>Ends all connections to a database and refuses new connections to it. It is dropped in the background.</summary>
    public async Task CloseDatabaseAsync(string name, CancellationToken cancellationToken)
    {
        await ExecuteAsync(
            cancellationToken,
            $"ALTER DATABASE {Quoted(name)} ALLOW_CONNECTIONS false",
            $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {Literal(name)}").ConfigureAwait(false);
        var drop = Task.Run(() => DropAsync(name), CancellationToken.None);
        _drops.TryAdd(drop, true);
        _ = drop.ContinueWith(done => _drops.TryRemove(done, out _), TaskScheduler.Default);
    }

    public async Task<T> ReadAsync<T>(string sql, CancellationToken cancellationToken)
    {
        var command = _admin.CreateCommand(sql);
        await using (command.ConfigureAwait(false))
        {
            return (T)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        }
    }

    /// <summary>One statement after the other: CREATE DATABASE and similar statements cannot run in the transaction of a batch.</summary>
    public async Task ExecuteAsync(CancellationToken cancellationToken, params string[] statements)
    {
        var connection = await _admin.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
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

    public static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_drops.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _admin.DisposeAsync().ConfigureAwait(false);
    }

    private async Task DropAsync(string name)
    {
        try
        {
            await ExecuteAsync(CancellationToken.None, $"DROP DATABASE IF EXISTS {Quoted(name)}").ConfigureAwait(false);
        }
        catch (NpgsqlException e)
        {
            // It takes memory until the server is stopped, and does no other harm.
            NotDropped(Server.Logger, name, e);
        }
    }
}
