using System.Collections.Concurrent;
using IntegrationKit.Launching;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace IntegrationKit.Services.Postgres;

/// <summary>A server on which several services have a database each, cloned from a template.</summary>
internal sealed class PostgresServer(LaunchSpec spec, PostgresLogin login, Launcher launcher, ILogger logger) : SharedServer(launcher)
{
    /// <summary>Where the library itself logs in; no service's database.</summary>
    public const string AdminDatabase = "postgres";

    // Source: PostgreSQL's NAMEDATALEN, less its terminator.
    private const int LongestName = 63;
    private const int MaxAdminConnections = 8;

    private readonly ConcurrentDictionary<string, DatabaseTemplate> _templates = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> _drops = new();
    private NpgsqlDataSource? _admin;
    private int _count;

    public PostgresLogin Login => login;

    /// <summary>The template that this set-up makes, made by the first one who asks.</summary>
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

    /// <summary>Ends whatever uses a database and lets nobody in again. It is dropped behind the caller's back.</summary>
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
        var command = Admin().CreateCommand(sql);
        await using (command.ConfigureAwait(false))
        {
            return (T)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        }
    }

    /// <summary>One statement after the other: CREATE DATABASE and its like refuse to run in a batch's transaction.</summary>
    public async Task ExecuteAsync(CancellationToken cancellationToken, params string[] statements)
    {
        var connection = await Admin().OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
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

    protected override LaunchSpec Describe() => spec with
    {
        Secrets = [login.Password],
        Readiness = Probe.Custom("login and SELECT 1", async (target, token) =>
        {
            var command = Admin(target.Endpoint(PostgresService.ContainerPort)).CreateCommand("SELECT 1");
            await using (command.ConfigureAwait(false))
            {
                await command.ExecuteScalarAsync(token).ConfigureAwait(false);
            }
        }),
    };

    protected override async ValueTask ReleaseAsync()
    {
        await Task.WhenAll(_drops.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_admin is not null)
        {
            await _admin.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task DropAsync(string name)
    {
        try
        {
            await ExecuteAsync(CancellationToken.None, $"DROP DATABASE IF EXISTS {Quoted(name)}").ConfigureAwait(false);
        }
        catch (NpgsqlException e)
        {
            // It costs memory until the server goes, and is in nobody's way.
            Log.SliceNotDropped(logger, name, e);
        }
    }

    private NpgsqlDataSource Admin(ServiceEndpoint? endpoint = null) => LazyInitializer.EnsureInitialized(
        ref _admin,
        () => NpgsqlDataSource.Create(login.ConnectionStringTo(
            endpoint ?? Container.Endpoint(PostgresService.ContainerPort), AdminDatabase, "IntegrationKit", MaxAdminConnections)));
}
