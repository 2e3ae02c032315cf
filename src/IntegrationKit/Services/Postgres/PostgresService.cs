using IntegrationKit.Services.Postgres;
using Npgsql;

namespace IntegrationKit;

/// <summary>
/// A PostgreSQL server, tuned for tests: its data in memory, <c>fsync</c>, <c>synchronous_commit</c> and
/// <c>full_page_writes</c> off. Its database is initialised by <see cref="InitScripts"/>, then <see cref="Initialize"/>;
/// a reset brings back the rows of that moment. For that, the schema <c>integrationkit</c> is added to the
/// database: functions, and a copy of each table that has rows.
/// </summary>
/// <remarks>
/// On a shared server the service has a database of its own, cloned from a template that the scripts, and
/// <see cref="Initialize"/> if it is a <see cref="DatabaseInitializer"/>, have made once for all services. Roles belong
/// to the whole server: a script that makes one needs <see cref="ServerService{TSlice}.OwnServer"/>.
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
    /// current one, then in the test project's, and must not lead out of that folder. Default: none.
    /// </summary>
    public IReadOnlyList<string> InitScripts { get; init; } = [];

    /// <summary>
    /// Runs after the scripts: migrations, seed. Its connections are closed when it has ended. On a shared server a plain
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

    /// <summary>For Npgsql, at the address that the tests reach.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    public string ConnectionString => GetSlice().ConnectionString;

    /// <summary>The real name of the database; at most 63 bytes, the limit of PostgreSQL.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    public string DatabaseName => GetSlice().Database;

    /// <summary>For Npgsql, at the address that other containers of this infrastructure reach.</summary>
    /// <exception cref="InvalidOperationException">The service is not running, or no other container refers to it.</exception>
    public string NetworkConnectionString => GetSlice().NetworkConnectionString(NetworkHost);

    /// <summary>Connections to the database, from one pool that lives as long as the service runs.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    public NpgsqlDataSource DataSource => GetSlice().DataSource;

    private IReadOnlyList<string> Scripts => [.. InitScripts.Select(ScriptFile.Find)];

    /// <summary>Opens a connection to the database. The caller disposes it.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    /// <exception cref="NpgsqlException">The connection could not be opened.</exception>
    public async Task<NpgsqlConnection> OpenConnectionAsync(CancellationToken cancellationToken = default) =>
        await GetSlice().DataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Runs a file, found and run as an <see cref="InitScripts"/> entry is.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ScriptException">The script failed.</exception>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    public Task ExecuteScriptAsync(string path, CancellationToken cancellationToken = default) =>
        GetSlice().RunScriptAsync(ScriptFile.Find(path), cancellationToken);

    /// <inheritdoc/>
    protected override IEnumerable<string> Validate() =>
    [
        .. base.Validate(),
        .. PostgresSettings.Problems(this),
        .. InitScripts.SelectMany(ScriptFile.Problems),
    ];

    /// <inheritdoc/>
    protected override ServerSpec Describe(DescribeContext context)
    {
        var database = context.IsShared ? PostgresCluster.AdminDatabase : Database;
        return new()
        {
            Command = PostgresSettings.Command(this, logsDatabase: context.IsShared),
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["POSTGRES_USER"] = User,
                ["POSTGRES_PASSWORD"] = context.GetSecret(PostgresImage.Password, Password),
                ["POSTGRES_DB"] = database,
            },
            Ports = [ContainerPort],
            VolumesInMemory = !Durable,
            Readiness = Server.ReadyWhen("login and SELECT 1", (server, token) => PostgresCluster.Of(server, User, database).PingAsync(token)),
        };
    }

    /// <inheritdoc/>
    protected override async Task<PostgresSlice> TakeSliceAsync(Server server, StartContext start, CancellationToken cancellationToken)
    {
        if (!server.IsShared)
        {
            var own = PostgresCluster.Of(server, User, Database);
            await new DatabaseSetup(Scripts, Initialize).RunAsync(own, Database, start, cancellationToken).ConfigureAwait(false);
            return new(own, Name, Database);
        }

        var cluster = PostgresCluster.Of(server, User, PostgresCluster.AdminDatabase);
        var key = DatabaseInitializer.KeyOf(Initialize);
        var setup = new DatabaseSetup(Scripts, key is null ? null : Initialize);
        var template = cluster.TemplateFor(await TemplateKey.OfAsync(setup.Scripts, key, cancellationToken).ConfigureAwait(false), setup);
        await template.EnsureMadeAsync(start, cancellationToken).ConfigureAwait(false);

        start.WaitsFor("its database, cloned from the template");
        var slice = new PostgresSlice(cluster, Name, await cluster.CloneAsync(template, Database, cancellationToken).ConfigureAwait(false));
        if (Initialize is null || key is not null)
        {
            return slice;
        }

        try
        {
            await new DatabaseSetup([], Initialize).RunAsync(cluster, slice.Database, start, cancellationToken).ConfigureAwait(false);
            return slice;
        }
        catch
        {
            await slice.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
