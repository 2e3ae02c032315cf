using IntegrationKit.Data;
using IntegrationKit.Launching;
using IntegrationKit.Services;
using IntegrationKit.Services.Postgres;
using Npgsql;

namespace IntegrationKit;

/// <summary>
/// A PostgreSQL server, tuned for tests: its data in memory, <c>fsync</c>, <c>synchronous_commit</c> and
/// <c>full_page_writes</c> off. Its database is initialised by <see cref="InitScripts"/>, then <see cref="Initialize"/>;
/// the rows that stand then are what a reset brings back. For that, the schema <c>integrationkit</c> is added to the
/// database: functions, and a copy of each table that has rows.
/// </summary>
public sealed class PostgresService() : ContainerizedService(ImageNames.Postgres), IResettable
{
    /// <summary>The port inside the container.</summary>
    public const int ContainerPort = 5432;

    private readonly string _generatedPassword = Secret.Create();
    private NpgsqlDataSource? _dataSource;
    private NpgsqlDataSource? _ownDataSource;

    /// <summary>The database's name. Default <c>postgres</c>.</summary>
    public string Database { get; init; } = "postgres";

    /// <summary>The user, a superuser. Default <c>postgres</c>.</summary>
    public string User { get; init; } = "postgres";

    /// <summary>The user's password. Default null: a random one, which the connection strings carry.</summary>
    public string? Password { get; init; }

    /// <summary>
    /// Files that are run in this order: <c>*.sql</c> and <c>*.sql.gz</c> by psql, <c>*.sh</c> in the container with
    /// <c>POSTGRES_USER</c> and <c>POSTGRES_DB</c> set. A relative path is looked for in the program's folder, then in the
    /// current one, and leads out of neither. Default: none.
    /// </summary>
    public IReadOnlyList<string> InitScripts { get; init; } = [];

    /// <summary>Runs after the scripts: migrations, seed. Default: nothing.</summary>
    public Func<NpgsqlDataSource, CancellationToken, Task>? Initialize { get; init; }

    /// <summary>
    /// Server settings, as in <c>postgresql.conf</c>; they win over those of the library. Default: none.
    /// </summary>
    public IDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Keeps the server's own durability settings and its data on disk. Default false.</summary>
    public bool Durable { get; init; }

    /// <summary>For Npgsql, at the address that the tests reach.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    public string ConnectionString => ConnectionStringTo(Endpoint(ContainerPort), Name);

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

    internal override IEnumerable<string> Secrets => [EffectivePassword];

    private string EffectivePassword => Password ?? _generatedPassword;

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
        return new ScriptRunner(container, User, EffectivePassword, Database).RunAsync([ScriptFile.Find(path)], cancellationToken);
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

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Validate() =>
    [
        .. base.Validate(),
        .. PostgresSettings.Problems(this),
        .. InitScripts.SelectMany(ScriptFile.Problems),
    ];

    private protected override LaunchSpec Describe() => new()
    {
        Service = Name,
        Image = Image,
        Command = PostgresSettings.Command(Settings, Durable),
        Environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["POSTGRES_USER"] = User,
            ["POSTGRES_PASSWORD"] = EffectivePassword,
            ["POSTGRES_DB"] = Database,
        },
        Labels = Labels.AsReadOnly(),
        Ports = [new(ContainerPort, Port)],
        VolumesInMemory = !Durable,
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

    private protected override async Task InitializeAsync(RunningContainer container, LaunchContext context, CancellationToken cancellationToken)
    {
        if (InitScripts.Count > 0)
        {
            context.Evidence.WaitingFor = "the init scripts";
            await new ScriptRunner(container, User, EffectivePassword, Database)
                .RunAsync([.. InitScripts.Select(ScriptFile.Find)], cancellationToken).ConfigureAwait(false);
        }

        if (Initialize is not null)
        {
            context.Evidence.WaitingFor = "Initialize";
            await Initialize(DataSource, cancellationToken).ConfigureAwait(false);
        }

        context.Evidence.WaitingFor = "the note of the baseline";
        await DatabaseBaseline.CaptureAsync(OwnDataSource(container), cancellationToken).ConfigureAwait(false);
    }

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

    /// <summary>The library's own connections: a test that exhausts the pool does not stop a reset.</summary>
    private NpgsqlDataSource OwnDataSource(IProbeTarget? target = null)
    {
        var endpoint = target?.Endpoint(ContainerPort) ?? Endpoint(ContainerPort);
        return LazyInitializer.EnsureInitialized(ref _ownDataSource, () => NpgsqlDataSource.Create(ConnectionStringTo(endpoint, "IntegrationKit")));
    }

    private string Redact(string text)
    {
        var secrets = new Secrets();
        secrets.Add(EffectivePassword);
        return secrets.Redact(text);
    }

    private string ConnectionStringTo(ServiceEndpoint endpoint, string? applicationName)
    {
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = endpoint.Host,
            Port = endpoint.Port,
            Database = Database,
            Username = User,
            Password = EffectivePassword,
            // The server speaks neither: asking would cost two round trips for each connection.
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
            IncludeErrorDetail = true,
        };
        if (applicationName is not null)
        {
            builder.ApplicationName = applicationName;
        }

        return builder.ConnectionString;
    }
}
