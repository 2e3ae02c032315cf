using Npgsql;

namespace IntegrationKit.Services.Postgres;

/// <summary>Writes what is needed to look into a database after a test: now, and when its server is gone.</summary>
internal static class KeptDatabase
{
    private const string Folder = "kept-databases";
    private const int Block = 1024 * 1024;

    // Without owners and privileges: the server into which it is read may not know the roles.
    private const string Shell =
        """
        PGDATABASE=$1; export PGDATABASE
        pg_dump --no-password --username "$POSTGRES_USER" --no-owner --no-privileges --lock-wait-timeout=5000 --file "$2" && chmod 644 "$2"
        """;

    /// <summary>Dumps it to a file of this machine, and returns what to do to look into it.</summary>
    /// <exception cref="IntegrationKitException">It could not be dumped.</exception>
    public static async Task<string> WriteAsync(PostgresCluster cluster, PostgresTestDatabase database, CancellationToken cancellationToken)
    {
        var login = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        var uri = $"postgresql://{Uri.EscapeDataString(login.Username!)}:{Uri.EscapeDataString(login.Password!)}@{login.Host}:{login.Port}/{Uri.EscapeDataString(database.DatabaseName)}";
        var now = $"""
            Database '{database.DatabaseName}' is kept.
              As long as its server runs, which is removed at the end of the run: psql '{uri}'
              ConnectionString: {database.ConnectionString}
            """;
        try
        {
            var file = await DumpAsync(cluster, database.DatabaseName, cancellationToken).ConfigureAwait(false);
            return $"""
                {now}
                  After that, on any server of yours: createdb kept && psql -d kept -f '{file}'
                """;
        }
        catch (Exception e) when (e is IntegrationKitException or NpgsqlException or IOException or UnauthorizedAccessException)
        {
            throw new IntegrationKitException($"{now}\n  No dump of it could be written, so that it is gone with its server: {cluster.Server.Redact(e.Message)}", e);
        }
    }

    private static async Task<string> DumpAsync(PostgresCluster cluster, string database, CancellationToken cancellationToken)
    {
        var dump = $"/tmp/integrationkit-{Guid.NewGuid():N}.sql";
        try
        {
            var result = await cluster.Server.ExecAsync(
                ["sh", "-c", Shell, "sh", database, dump],
                new ExecOptions
                {
                    OutputLimit = 16 * 1024,
                    Environment = new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["PGPASSWORD"] = cluster.Login.Password,
                        ["PGOPTIONS"] = OwnSettings.Options,
                        ["POSTGRES_USER"] = cluster.Login.User,
                    },
                },
                cancellationToken).ConfigureAwait(false);
            return result.ExitCode == 0
                ? await BringOutAsync(cluster, database, dump, cancellationToken).ConfigureAwait(false)
                : throw new IntegrationKitException($"pg_dump failed: {result.Error.Trim()}");
        }
        finally
        {
            await cluster.Server.ExecAsync(["rm", "-f", dump], CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static async Task<string> BringOutAsync(PostgresCluster cluster, string database, string dump, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, Folder)).FullName;
        var safe = string.Concat(database.Select(each => char.IsAsciiLetterOrDigit(each) || each is '_' or '-' ? each : '-'));
        var file = Path.Combine(folder, $"{safe}-{Guid.NewGuid().ToString("N")[..8]}.sql");
        var target = File.Create(file);
        await using (target.ConfigureAwait(false))
        {
            for (long offset = 0; ; offset += Block)
            {
                var block = await cluster.ReadAsync<byte[]>(
                    FormattableString.Invariant($"SELECT pg_read_binary_file({PostgresCluster.Literal(dump)}, {offset}, {Block})"), cancellationToken).ConfigureAwait(false);
                await target.WriteAsync(block, cancellationToken).ConfigureAwait(false);
                if (block.Length < Block)
                {
                    return file;
                }
            }
        }
    }
}
