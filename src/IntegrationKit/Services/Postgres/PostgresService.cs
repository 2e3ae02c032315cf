using IntegrationKit.Data;
using IntegrationKit.Launching;
using IntegrationKit.Services;
using IntegrationKit.Services.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace IntegrationKit;

/// <summary>
/// A PostgreSQL server, tuned for tests: its data in memory, <c>fsync</c>, <c>synchronous_commit</c> and
/// <c>full_page_writes</c> off. Its database is initialised by <see cref="InitScripts"/>, then <see cref="Initialize"/>;
/// the rows that stand then are what a reset brings back. For that, the schema <c>integrationkit</c> is added to the
/// database: functions, and a copy of each table that has rows.
/// </summary>
/// <remarks>
/// On a shared server the service has a database of its own, cloned from a template that the scripts, and
/// <see cref="Initialize"/> where it has a key, have made once for all. Roles belong to the whole server: a script that makes
/// one wants <see cref="ShareableService.OwnServer"/>.
/// </remarks>
public sealed class PostgresService() : ShareableService(ImageNames.Postgres), IResettable
{
    /// <summary>The port inside the container.</summary>
    public const int ContainerPort = 5432;

    // Twenty classes at a time, and the library's own connections, fit into max_connections.
    private const int MaxSliceConnections = 20;

    private readonly string _generatedPassword = Secret.Create();
    private NpgsqlDataSource? _dataSource;
    private NpgsqlDataSource? _ownDataSource;
    private string? _slice;

    /// <summary>The database's name; on a shared server the beginning of <see cref="DatabaseName"/>. Default <c>postgres</c>.</summary>
    public string Database { get; init; } = "postgres";

    /// <summary>The user, a superuser. Default <c>postgres</c>.</summary>
    public string User { get; init; } = "postgres";

    /// <summary>The user's password. Default null: a random one, which the connection strings carry.</summary>
    public string? Password { get; init; }

    /// <summary>
    /// Files that are run in this order: <c>*.sql</c> and <c>*.sql.gz</c> by psql, <c>*.sh</c> in the container with
    /// <c>POSTGRES_USER</c> and <c>POSTGRES_DB</c> set. A relative path is looked for in the program's folder, then in the
    /// current one, then in the test project's, and leads out of none of them. Default: none.
    /// </summary>
    public IReadOnlyList<string> InitScripts { get; init; } = [];

    /// <summary>
    /// Runs after the scripts: migrations, seed. The connections end with it. On a shared server it runs for each service anew,
    /// unless there is an <see cref="InitializeKey"/>. Default: nothing.
    /// </summary>
    public Func<NpgsqlDataSource, CancellationToken, Task>? Initialize { get; init; }

    /// <summary>
    /// Says that <see cref="Initialize"/> does the same wherever it has this key, so that on a shared server it runs once, and
    /// its result is cloned. Change it when the delegate changes. Default null: the result is this service's own.
    /// </summary>
    public string? InitializeKey { get; init; }

    /// <summary>
    /// Server settings, as in <c>postgresql.conf</c>; they win over those of the library. Default: none.
    /// </summary>
    public IDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Keeps the server's own durability settings and its data on disk. Default false.</summary>
    public bool Durable { get; init; }

    /// <summary>For Npgsql, at the address that the tests reach.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    public string ConnectionString => ConnectionStringTo(Endpoint(ContainerPort), Name);

    /// <summary>The real name of the database; at most 63 bytes, as PostgreSQL has it.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    public string DatabaseName
    {
        get
        {
            ThrowIfNotRunning(nameof(DatabaseName));
            return _slice ?? Database;
        }
    }

    /// <summary>For Npgsql, at the address that other containers of this infrastructure reach.</summary>
    /// <exception cref="InvalidOperationException">The service is not running, or no other container refers to it.</exception>
    public string NetworkConnectionString
    {
        get
        {
            Container(nameof(NetworkConnectionString));
            return ConnectionStringTo(new(NetworkHost, ContainerPort), applicationName: null);
        }
    }

    /// <summary>Connections to the database, from one pool that lives as long as the service runs.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    public NpgsqlDataSource DataSource
    {
        get
        {
            var connectionString = ConnectionString;
            return LazyInitializer.EnsureInitialized(ref _dataSource, () => NpgsqlDataSource.Create(connectionString));
        }
    }

    internal override IEnumerable<string> Secrets => [Login.Password];

    private protected override IEnumerable<string?> ServerSettings =>
    [
        User, Password, Durable ? "durable" : null, .. Settings.OrderBy(each => each.Key, StringComparer.Ordinal).SelectMany(each => new[] { each.Key, each.Value }),
    ];

    private PostgresLogin Login => UsesSharedServer && SharedServer<PostgresServer>() is { } shared ? shared.Login : OwnLogin;

    private PostgresLogin OwnLogin => new(User, Password ?? _generatedPassword);

    /// <summary>Opens a connection to the database. The caller disposes it.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    /// <exception cref="NpgsqlException">The connection could not be opened.</exception>
    public async Task<NpgsqlConnection> OpenConnectionAsync(CancellationToken cancellationToken = default) =>
        await DataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Runs a file, found and run as an <see cref="InitScripts"/> entry is.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ScriptException">The script failed.</exception>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    public Task ExecuteScriptAsync(string path, CancellationToken cancellationToken = default)
    {
        var container = Container(nameof(ExecuteScriptAsync));
        return new ScriptRunner(container, Login, DatabaseName).RunAsync([ScriptFile.Find(path)], cancellationToken);
    }

    /// <summary>
    /// Brings the rows and sequence values of the baseline back. Tables made since are emptied and stay; open connections
    /// stay usable.
    /// </summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    /// <exception cref="IntegrationKitException">An open transaction blocks it, or the schema was changed; the message says which.</exception>
    public async Task ResetAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfNotRunning(nameof(ResetAsync));
        try
        {
            await DatabaseBaseline.RestoreAsync(OwnDataSource(), cancellationToken).ConfigureAwait(false);
        }
        catch (IntegrationKitException e) when (Redact(e.ToString()) != e.ToString())
        {
            // It quotes what the tests have sent, such as an ALTER ROLE with the password. The inner one does too.
            throw new IntegrationKitException(Redact(e.Message));
        }
    }

    /// <summary>Makes the present rows and sequence values the baseline.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    /// <exception cref="NpgsqlException">The server refused.</exception>
    public async Task CaptureBaselineAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfNotRunning(nameof(CaptureBaselineAsync));
        if (IsTouched)
        {
            await DatabaseBaseline.CaptureAsync(OwnDataSource(), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Validate() =>
    [
        .. base.Validate(),
        .. PostgresSettings.Problems(this),
        .. InitScripts.SelectMany(ScriptFile.Problems),
    ];

    private protected override LaunchSpec Describe() => PostgresSettings.Launch(this, OwnLogin, Database) with
    {
        Readiness = Readiness ?? Probe.Custom("login and SELECT 1", async (target, token) =>
        {
            var command = OwnDataSource(target).CreateCommand("SELECT 1");
            await using (command.ConfigureAwait(false))
            {
                await command.ExecuteScalarAsync(token).ConfigureAwait(false);
            }
        }),
        NetworkAliases = NetworkAliases,
    };

    private protected override Task InitializeAsync(RunningContainer container, LaunchContext context, CancellationToken cancellationToken) =>
        new DatabaseSetup(Scripts, Initialize).RunAsync(container, OwnLogin, Database, context.Evidence, cancellationToken);

    private protected override SharedServer MakeServer(Launcher launcher, ILogger logger) =>
        new PostgresServer(PostgresSettings.Launch(this, OwnLogin, PostgresServer.AdminDatabase, logsDatabase: true), OwnLogin, launcher, logger);

    private protected override async Task TakeSliceAsync(LaunchContext context, CancellationToken cancellationToken)
    {
        var server = SharedServer<PostgresServer>();
        var isOwnSetup = Initialize is not null && InitializeKey is null;
        var setup = new DatabaseSetup(Scripts, isOwnSetup ? null : Initialize);
        var template = server.TemplateFor(await TemplateKey.OfAsync(setup.Scripts, InitializeKey, cancellationToken).ConfigureAwait(false), setup);
        await template.EnsureMadeAsync(context.Evidence, cancellationToken).ConfigureAwait(false);

        context.Evidence.WaitingFor = "its database, cloned from the template";
        _slice = await server.CloneAsync(template, Database, cancellationToken).ConfigureAwait(false);
        if (isOwnSetup)
        {
            await new DatabaseSetup([], Initialize).RunAsync(server.Container, server.Login, _slice, context.Evidence, cancellationToken).ConfigureAwait(false);
        }
    }

    private protected override async Task ReturnSliceAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _slice, null) is { } slice)
        {
            await SharedServer<PostgresServer>().CloseDatabaseAsync(slice, cancellationToken).ConfigureAwait(false);
        }
    }

    private protected override IAsyncEnumerable<LogLine> OwnLines(IAsyncEnumerable<LogLine> lines, DateTimeOffset? since = null) =>
        _slice is null && since is null ? lines : PostgresLog.LinesOfAsync(_slice, since, lines);

    private protected override async ValueTask ReleaseAsync()
    {
        foreach (var source in new[] { Interlocked.Exchange(ref _dataSource, null), Interlocked.Exchange(ref _ownDataSource, null) })
        {
            if (source is not null)
            {
                await source.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private IReadOnlyList<string> Scripts => [.. InitScripts.Select(ScriptFile.Find)];

    /// <summary>The library's own connections: a test that exhausts the pool does not stop a reset.</summary>
    private NpgsqlDataSource OwnDataSource(IProbeTarget? target = null)
    {
        var endpoint = (target ?? Server).Endpoint(ContainerPort);
        return LazyInitializer.EnsureInitialized(
            ref _ownDataSource, () => NpgsqlDataSource.Create(Login.ConnectionStringTo(endpoint, _slice ?? Database, "IntegrationKit")));
    }

    private string Redact(string text)
    {
        var secrets = new Secrets();
        secrets.Add(Login.Password);
        return secrets.Redact(text);
    }

    private string ConnectionStringTo(ServiceEndpoint endpoint, string? applicationName) =>
        Login.ConnectionStringTo(endpoint, _slice ?? Database, applicationName, _slice is null ? null : MaxSliceConnections);
}
