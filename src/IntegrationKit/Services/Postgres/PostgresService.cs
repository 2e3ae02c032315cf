using System.Runtime.CompilerServices;
using IntegrationKit.Services.Postgres;
using Npgsql;

namespace IntegrationKit;

/// <summary>
/// A PostgreSQL server, tuned for tests: its data in memory, <c>fsync</c>, <c>synchronous_commit</c> and
/// <c>full_page_writes</c> off. Its database is initialised by <see cref="InitScripts"/>, then <see cref="Initialize"/>;
/// a reset brings back the content of that moment. For that, the schema <c>integrationkit</c> is added to the
/// database: functions, sequences, and a copy of each table that has rows; see also <see cref="TracksWrites"/>.
/// </summary>
/// <remarks>
/// On a shared server the service has a database of its own, cloned from a template that the scripts, and
/// <see cref="Initialize"/> if it is a <see cref="DatabaseInitializer"/>, have made once for all services. There they must not make
/// or change what belongs to the whole server, such as a second database; roles of a script's own are allowed, but not to
/// two different scripts. <see cref="ServerService{TSlice}.OwnServer"/> allows all of it.
/// </remarks>
public sealed class PostgresService() : ServerService<PostgresSlice>(PostgresImage.Name)
{
    /// <summary>The port inside the container.</summary>
    public const int ContainerPort = 5432;

    /// <summary>The database's name; on a shared server the beginning of <see cref="DatabaseName"/>. Default <c>postgres</c>.</summary>
    public string Database { get; init; } = "postgres";

    /// <summary>The user, a superuser. Default <c>postgres</c>.</summary>
    public string User { get; init; } = "postgres";

    /// <summary>The user's password. Default null: a random one, which the connection strings contain.</summary>
    public string? Password { get; init; }

    /// <summary>
    /// Files that are run in this order: <c>*.sql</c> and <c>*.sql.gz</c> by psql, <c>*.sh</c> in the container with
    /// <c>POSTGRES_USER</c> and <c>POSTGRES_DB</c> set. A relative path is looked for in the program's folder, then in the
    /// current one, then in the test project's, and must not lead out of that folder. Files and folders beside a script that its
    /// backslash commands name (in a <c>*.sh</c>, any of its text) are there too: at most 1,000 files and 64 MiB. Default: none.
    /// </summary>
    public IReadOnlyList<string> InitScripts { get; init; } = [];

    /// <summary>
    /// Runs after the scripts: migrations, seed. Its connections are closed when it has ended. To what it calls, the members of
    /// this service that lead to the database, such as <see cref="ConnectionString"/>, are those of the one that it initialises. On a shared server a plain
    /// delegate runs for each service; services with a <see cref="DatabaseInitializer"/> of equal keys share one initialised template. Default:
    /// nothing.
    /// </summary>
    public Func<NpgsqlDataSource, CancellationToken, Task>? Initialize { get; init; }

    /// <summary>
    /// Server settings, as in <c>postgresql.conf</c>; they override those of the library. Default: none.
    /// </summary>
    public IDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Keeps the server's own durability settings and its data on disk. Default false.</summary>
    public bool Durable { get; init; }

    /// <summary>
    /// Whether the tables get triggers which note that they are written to, so that a reset restores only those that were. Tools do
    /// not see the triggers, since they are internal ones. If false, each reset restores every table. Default true.
    /// </summary>
    public bool TracksWrites { get; init; } = true;

    /// <summary>
    /// How many further databases are kept ready for <see cref="CreateDatabaseAsync"/>, from its first call on; each takes the
    /// memory of the database and one connection. With 0 each is made when it is asked for. From 0 to 100. Default 4.
    /// </summary>
    public int DatabasePoolSize { get; init; } = 4;

    /// <summary>How many further databases are made at the same time. From 1 to 8. Default 4.</summary>
    public int DatabasePoolParallelism { get; init; } = 4;

    /// <summary>
    /// How a template is copied. Default null: by what the server says, which is <see cref="DatabaseCopyStrategy.WalLog"/> if
    /// <c>fsync</c> is on, else <see cref="DatabaseCopyStrategy.FileClone"/> where that works, else <see cref="DatabaseCopyStrategy.FileCopy"/>.
    /// </summary>
    public DatabaseCopyStrategy? CopyStrategy { get; init; }

    /// <summary>
    /// Whether the adapters for xUnit keep the database of a test that has failed, if it had one of its own (<c>[OwnDatabase]</c>), as
    /// <see cref="PostgresTestDatabase.KeepAsync"/> does. The test's output then has the password of the server. Default false.
    /// </summary>
    public bool KeepDatabaseOfFailedTest { get; init; }

    /// <summary>For Npgsql, at the address that the tests reach.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    public string ConnectionString => GetDatabase().ConnectionString;

    /// <summary>The real name of the database; at most 63 bytes, the limit of PostgreSQL.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    public string DatabaseName => GetDatabase().Name;

    /// <summary>For Npgsql, at the address that other containers of this infrastructure reach.</summary>
    /// <exception cref="InvalidOperationException">The service is not running, or no other container refers to it.</exception>
    public string NetworkConnectionString => GetDatabase().NetworkConnectionString(NetworkHost);

    /// <summary>Connections to the database, from one pool that lives as long as the service runs.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    public NpgsqlDataSource DataSource => GetDatabase().DataSource;

    private IReadOnlyList<string> Scripts => [.. InitScripts.Select(ScriptFile.Find)];

    /// <summary>Opens a connection to the database. The caller disposes it.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    /// <exception cref="NpgsqlException">The connection could not be opened.</exception>
    public async Task<NpgsqlConnection> OpenConnectionAsync(CancellationToken cancellationToken = default) =>
        await GetDatabase().DataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Hands out one more database, with the content that this service's has after a reset, for a test that changes the schema or that
    /// runs beside others. It has a connection that is open. The first call makes one; from then on <see cref="DatabasePoolSize"/> are
    /// kept ready. The caller disposes of it.
    /// </summary>
    /// <remarks>
    /// It is copied file by file from the template that <see cref="InitScripts"/>, and <see cref="Initialize"/> if it is a
    /// <see cref="DatabaseInitializer"/>, have made on a shared server. If the baseline came otherwise, by a plain delegate or
    /// <see cref="TestService.CaptureBaselineAsync"/> or on a server of its own, the first call makes a template with pg_dump.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    /// <exception cref="IntegrationKitException">None could be made; the message says why. The next call tries again.</exception>
    public Task<PostgresTestDatabase> CreateDatabaseAsync(CancellationToken cancellationToken = default) => GetSlice().Clones.TakeAsync(cancellationToken);

    /// <summary>
    /// Lets a database of <see cref="CreateDatabaseAsync"/> stand in for the service's own until the result is disposed of: the members of this service, also
    /// its reset, lead to that one. What has read an address before goes on using that.
    /// </summary>
    /// <exception cref="InvalidOperationException">The service is not running, or another database stands in already.</exception>
    public IDisposable UseDatabase(PostgresTestDatabase database)
    {
        ArgumentNullException.ThrowIfNull(database);
        return GetSlice().Replace(database);
    }

    /// <summary>Runs a file, found and run as an <see cref="InitScripts"/> entry is.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ScriptException">The script failed.</exception>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    public Task ExecuteScriptAsync(string path, CancellationToken cancellationToken = default) =>
        GetDatabase().RunScriptAsync(ScriptFile.Find(path), cancellationToken);

    /// <inheritdoc/>
    protected override IEnumerable<string> Validate() =>
    [
        .. base.Validate(),
        .. PostgresSettings.Problems(this),
        .. ScriptFile.Problems(InitScripts),
    ];

    /// <inheritdoc/>
    protected override ServerSpec Describe(DescribeContext context)
    {
        return new()
        {
            Command = PostgresSettings.Command(this, logsDatabase: context.IsShared),
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["POSTGRES_USER"] = User,
                ["POSTGRES_PASSWORD"] = context.GetSecret(PostgresImage.Password, Password),
                ["POSTGRES_DB"] = context.IsShared ? PostgresCluster.AdminDatabase : Database,
            },
            Ports = [ContainerPort],
            VolumesInMemory = !Durable,
            SharedMemory = PostgresImage.SharedMemory,
            Readiness = Server.ReadyWhen("login and SELECT 1", (server, token) => PostgresCluster.Of(server, User).PingAsync(token)),
        };
    }

    /// <inheritdoc/>
    protected override async Task<PostgresSlice> TakeSliceAsync(Server server, StartContext start, CancellationToken cancellationToken)
    {
        var cluster = PostgresCluster.Of(server, User);
        if (!server.IsShared)
        {
            await new DatabaseSetup(this, Scripts, Initialize).RunAsync(cluster, Database, start, cancellationToken).ConfigureAwait(false);
            var own = new PostgresSlice(cluster, this, start, Database, template: null);
            await own.BeginAsync(cancellationToken).ConfigureAwait(false);
            return own;
        }

        var key = DatabaseInitializer.KeyOf(Initialize);
        var setup = new DatabaseSetup(this, Scripts, key is null ? null : Initialize);
        var template = await cluster.TemplateFor(await TemplateKey.OfAsync(setup.Scripts, key, TracksWrites, cancellationToken).ConfigureAwait(false), setup)
            .GetAsync(start, cancellationToken).ConfigureAwait(false);

        start.WaitsFor("its database, cloned from the template");
        var isOwn = Initialize is not null && key is null;
        var name = await cluster.CloneAsync(template, Database, CopyStrategy, cancellationToken).ConfigureAwait(false);
        var slice = new PostgresSlice(cluster, this, start, name, isOwn ? null : template);
        try
        {
            if (isOwn)
            {
                await new DatabaseSetup(this, [], Initialize).RunAsync(cluster, slice.Database.Name, start, cancellationToken).ConfigureAwait(false);
            }

            await slice.BeginAsync(cancellationToken).ConfigureAwait(false);
            return slice;
        }
        catch
        {
            await slice.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The slice's database; to code that Initialize calls, the one that is being initialised.</summary>
    private PostgresDatabase GetDatabase([CallerMemberName] string member = "") => InitializingDatabase.Of(this) ?? GetSlice(member).Database;
}
