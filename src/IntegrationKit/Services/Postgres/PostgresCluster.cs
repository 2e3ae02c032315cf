using System.Collections.Concurrent;
using Npgsql;

namespace IntegrationKit.Services.Postgres;

/// <summary>What is kept for one server: the library's own connections to it, its templates, and the databases that are being dropped.</summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    /// <summary>Where the library itself logs in: the database that every server has from its beginning.</summary>
    public const string AdminDatabase = "postgres";

    /// <summary>What ALTER SYSTEM writes to before it replaces the file of settings.</summary>
    public const string BlockedFile = "postgresql.auto.conf.tmp";

    // Source: PostgreSQL's NAMEDATALEN, less its terminator.
    private const int LongestName = 63;
    private const int MaxAdminConnections = 8;

    // Source: PostgreSQL's FirstNormalObjectId.
    private const int FirstUserId = 16384;

    private readonly ConcurrentDictionary<string, DatabaseTemplate> _templates = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _names = new(StringComparer.Ordinal);
    private readonly OwnSession _admin;
    private readonly DatabaseCopies _copies = new();
    private int _count;

    private PostgresCluster(Server server, string user)
    {
        Server = server;
        Login = new(user, server.GetSecret(PostgresImage.Password));
        Endpoint = server.Endpoint(PostgresService.ContainerPort);
        _admin = new(Login, Endpoint, AdminDatabase, MaxAdminConnections);
        Drops = new(_admin, server);
        Watch = new(
            server.IsShared,
            server.TimeProvider,
            (database, token) => _admin.RunAsync(source => ServerWideThing.ReadAsync(source, database, token)),
            name => _names.ContainsKey(name));
    }

    public Server Server { get; }

    public PostgresLogin Login { get; }

    public ServiceEndpoint Endpoint { get; }

    public ServerWideWatch Watch { get; }

    public DatabaseDrops Drops { get; }

    /// <summary>The cluster of a server.</summary>
    /// <param name="server">The server, with a published port.</param>
    /// <param name="user">The superuser that it was started with.</param>
    public static PostgresCluster Of(Server server, string user) => server.GetOrAdd(each => new PostgresCluster(each, user));

    /// <summary>Logs in and asks for an answer, once.</summary>
    public Task PingAsync(CancellationToken cancellationToken) => _admin.PingAsync(cancellationToken);

    /// <summary>Gets a shared server ready for its first user; called before each template is made.</summary>
    public async Task BeginSharingAsync(CancellationToken cancellationToken)
    {
        if (Watch.HasBegun)
        {
            return;
        }

        try
        {
            // ALTER SYSTEM would change the settings of every other user. Where its file is a folder, it fails.
            await ExecuteAsync(cancellationToken, $"COPY (SELECT '') TO PROGRAM 'mkdir -p {BlockedFile}'").ConfigureAwait(false);
        }
        catch (PostgresException)
        {
            // An image without a shell: it is told once it has happened.
        }

        await Watch.NoteAsync(AdminDatabase, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The template of this set-up, made for the first who asks.</summary>
    public DatabaseTemplate TemplateFor(string key, DatabaseSetup setup) =>
        _templates.GetOrAdd(key, _ => new DatabaseTemplate(this, $"integrationkit_template_{key[..12].ToLowerInvariant()}", setup));

    /// <summary>Makes an empty database, in place of one that has the name.</summary>
    public Task CreateAsync(string name, CancellationToken cancellationToken)
    {
        _names.TryAdd(name, true);
        return ExecuteAsync(cancellationToken, $"DROP DATABASE IF EXISTS {Quoted(name)}", $"CREATE DATABASE {Quoted(name)}");
    }

    /// <summary>A name that no other database has, within PostgreSQL's limit.</summary>
    public string NextName(string prefix)
    {
        var suffix = $"_{Interlocked.Increment(ref _count)}";
        var name = prefix[..Math.Min(prefix.Length, LongestName - suffix.Length)] + suffix;
        _names.TryAdd(name, true);
        return name;
    }

    /// <summary>Makes a database from a template and returns its name. If it throws, it leaves none.</summary>
    /// <param name="template">The template.</param>
    /// <param name="prefix">The beginning of its name.</param>
    /// <param name="strategy">How it is copied; null: by what the server says.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="IntegrationKitException">It could not be made; the message says why.</exception>
    public Task<string> CloneAsync(CloneTemplate template, string prefix, DatabaseCopyStrategy? strategy, CancellationToken cancellationToken) => _admin.RunAsync(async source =>
    {
        cancellationToken.ThrowIfCancellationRequested();

        // Another name after a lost connection: the first one may be there.
        var name = NextName(prefix);
        try
        {
            // Not cancelled: if the server's answer does not come in time, it may be made after it was looked for and not found.
            await _copies.CopyAsync(source, template, name, strategy).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return name;
        }
        catch
        {
            _ = Drops.Begin(name);
            throw;
        }
    });

    /// <summary>Ends all connections to a database and refuses new connections to it. It is dropped in the background.</summary>
    public async Task CloseDatabaseAsync(string name, CancellationToken cancellationToken)
    {
        if (await Drops.FenceOffAsync(name, cancellationToken).ConfigureAwait(false))
        {
            _ = Drops.Begin(name);
        }
    }

    /// <summary>The databases besides one that hold something of a user's.</summary>
    public async Task<IEnumerable<string>> FindOthersAsync(string database, CancellationToken cancellationToken) => (await ReadAsync<string[]>(
        $"""
        SELECT coalesce(array_agg(datname::text ORDER BY datname), ARRAY[]::text[]) FROM pg_database
        WHERE NOT datistemplate AND datallowconn AND datname <> {Literal(database)}
          AND (datname <> current_database() OR EXISTS (SELECT FROM pg_class WHERE oid >= {FirstUserId} AND relkind IN ('r', 'p', 'S')))
        """,
        cancellationToken).ConfigureAwait(false)).Where(each => !_names.ContainsKey(each));

    public Task<T> ReadAsync<T>(string sql, CancellationToken cancellationToken) => _admin.ReadAsync<T>(sql, cancellationToken);

    /// <summary>One statement after the other. After a lost connection all of them are executed again.</summary>
    public Task ExecuteAsync(CancellationToken cancellationToken, params string[] statements) => _admin.ExecuteAsync(cancellationToken, statements);

    public static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    public async ValueTask DisposeAsync()
    {
        await Drops.WaitAsync().ConfigureAwait(false);
        await _admin.DisposeAsync().ConfigureAwait(false);
    }
}
