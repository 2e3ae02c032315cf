namespace IntegrationKit.Services.Postgres;

/// <summary>
/// Makes a template of a database that others are connected to, which PostgreSQL's own copy refuses: the schema by the server's
/// pg_dump, with the copies of the baseline's rows; then a reset brings the rows in. The two are compared by a second dump.
/// </summary>
internal static class BaselineCopy
{
    private const int LongestError = 16 * 1024;
    private const int Differs = 3;

    // Every other schema comes without its rows. The key that newer versions write anew into each dump is not compared.
    private const string Shell =
        """
        from=$1; to=$2; shift 2
        work=$(mktemp -d /tmp/integrationkit-XXXXXXXX) || exit 1
        trap 'rm -rf "$work"' EXIT
        dump() { PGDATABASE=$1; export PGDATABASE; shift; pg_dump --no-password --username "$POSTGRES_USER" --no-blobs --no-subscriptions --lock-wait-timeout=5000 "$@"; }
        dump "$from" "$@" > "$work/from" || exit
        PGDATABASE=$to psql --no-psqlrc --quiet --no-password --username "$POSTGRES_USER" --set ON_ERROR_STOP=1 --file "$work/from" > "$work/out" || exit
        dump "$to" "$@" > "$work/to" || exit
        for each in from to; do sed '/^\\\(un\)\{0,1\}restrict [A-Za-z0-9]*$/d' "$work/$each" > "$work/$each.sql" || exit; done
        [ "$(cksum < "$work/from.sql")" = "$(cksum < "$work/to.sql")" ] && exit
        for each in from to; do LC_ALL=C sort "$work/$each.sql" > "$work/$each"; done
        LC_ALL=C comm -3 "$work/from" "$work/to" | head -n 20 >&2
        exit 3
        """;

    /// <summary>Makes it.</summary>
    /// <param name="cluster">The server.</param>
    /// <param name="origin">The database whose baseline it is to have.</param>
    /// <param name="name">The template's name.</param>
    /// <param name="tracksWrites">Whether tables have triggers which note that they are written to.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="IntegrationKitException">It could not be made, or is not the same.</exception>
    public static async Task<CloneTemplate> MakeAsync(PostgresCluster cluster, PostgresDatabase origin, string name, bool tracksWrites, CancellationToken cancellationToken)
    {
        var create = await cluster.ReadAsync<string>(CreateLike(origin.Name, name), cancellationToken).ConfigureAwait(false);
        try
        {
            await cluster.ExecuteAsync(CancellationToken.None, create).ConfigureAwait(false);
            await CopyAsync(cluster, origin, name, cancellationToken).ConfigureAwait(false);
            await cluster.ExecuteAsync(cancellationToken, DatabaseProperties.Copy(origin.Name, name)).ConfigureAwait(false);
            var made = new PostgresDatabase(cluster, name, name, tracksWrites);
            await using (made.ConfigureAwait(false))
            {
                await made.FillFromBaselineAsync(cancellationToken).ConfigureAwait(false);
            }

            return await CloneTemplate.SealAsync(cluster, name, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _ = cluster.Drops.Begin(name);
            throw;
        }
    }

    private static async Task CopyAsync(PostgresCluster cluster, PostgresDatabase origin, string to, CancellationToken cancellationToken)
    {
        var schemas = await origin.ReadSchemasAsync(cancellationToken).ConfigureAwait(false);
        var result = await cluster.Server.ExecAsync(
            ["sh", "-c", Shell, "sh", origin.Name, to, .. schemas.Select(each => $"--exclude-table-data={PostgresCluster.Quoted(each)}.*")],
            new ExecOptions
            {
                OutputLimit = LongestError,
                Environment = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["PGPASSWORD"] = cluster.Login.Password,
                    ["PGOPTIONS"] = OwnSettings.Options,
                    ["POSTGRES_USER"] = cluster.Login.User,
                },
            },
            cancellationToken).ConfigureAwait(false);
        if (result.ExitCode != 0)
        {
            var error = cluster.Server.Redact(result.Error.Trim());
            if (error.Contains("lock timeout", StringComparison.Ordinal))
            {
                throw new IntegrationKitException(
                    $"No further database can be made of '{origin.Name}': an open transaction has locked a table for 5 s. Commit it, roll it back or dispose its connection." +
                    cluster.Server.Redact(await origin.ListTransactionsAsync(cancellationToken).ConfigureAwait(false)));
            }

            throw new IntegrationKitException(
                (result.ExitCode == Differs
                    ? $"No further database can be made of '{origin.Name}': a copy of it by pg_dump is not the same:\n{error}\n"
                    : $"No further database can be made of '{origin.Name}': it could not be copied by the container's pg_dump and psql: {error}\n") +
                "What InitScripts, or Initialize with a DatabaseInitializer, make on a shared server is copied file by file instead: make and fill the tables there.");
        }
    }

    // On a server's own terms: a database of another encoding, locale or tablespace would not be the same.
    private static string CreateLike(string database, string name) =>
        $"""
        SELECT format('CREATE DATABASE %I TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L TABLESPACE %I',
                {PostgresCluster.Literal(name)}, pg_encoding_to_char(d.encoding), d.datcollate, d.datctype, t.spcname)
            || CASE j->>'datlocprovider'
                WHEN 'c' THEN ' LOCALE_PROVIDER libc'
                WHEN 'i' THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %L', coalesce(j->>'datlocale', j->>'daticulocale')) || coalesce(format(' ICU_RULES %L', j->>'daticurules'), '')
                WHEN 'b' THEN format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', j->>'datlocale')
                ELSE '' END
        FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace, to_jsonb(d) j WHERE d.datname = {PostgresCluster.Literal(database)}
        """;
}
