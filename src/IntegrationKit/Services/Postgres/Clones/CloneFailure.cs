using Npgsql;

namespace IntegrationKit.Services.Postgres;

/// <summary>Why no database could be made from a template, and what to do.</summary>
internal static class CloneFailure
{
    // Nobody can connect to a template, unless they have allowed it, or did before it became one.
    private const string Users =
        """
        SELECT coalesce(string_agg(format(E'\n  %s', t.line), ''), '') FROM (
            SELECT format('backend %s%s, %s, connected for %s s, last query: %s', pid, ' of ' || nullif(application_name, ''), state,
                round(extract(epoch FROM clock_timestamp() - backend_start)::numeric, 1), left(regexp_replace(query, '\s+', ' ', 'g'), 120)) AS line
            FROM pg_stat_activity WHERE datname = $1
            UNION ALL SELECT format('prepared transaction %L', gid) FROM pg_prepared_xacts WHERE database = $1
            LIMIT 5) t
        """;

    private const string Databases = "SELECT format('%s databases take %s', count(*), pg_size_pretty(sum(pg_database_size(oid)))) FROM pg_database WHERE $1 <> ''";

    public static bool Explains(PostgresException error) =>
        error.SqlState is PostgresErrorCodes.ObjectInUse or PostgresErrorCodes.DiskFull or PostgresErrorCodes.InvalidCatalogName;

    public static async Task<IntegrationKitException> OfAsync(NpgsqlDataSource source, string template, PostgresException error) => new(
        error.SqlState switch
        {
            PostgresErrorCodes.ObjectInUse =>
                $"No database could be made, since somebody is connected to the template '{template}', which refuses connections: they have allowed it. " +
                $"End the connection, and set ALLOW_CONNECTIONS of that database to false again; then ask again.{await ReadAsync(source, Users, template).ConfigureAwait(false)}",
            PostgresErrorCodes.DiskFull =>
                $"No database could be made, since the server's disk is full: {error.MessageText}. {await ReadAsync(source, Databases, template).ConfigureAwait(false)}. " +
                "Dispose of databases that tests no longer need, lower DatabasePoolSize, or give the server more room: its data is in memory unless Durable is set.",
            _ =>
                $"No database could be made, since the template '{template}' does not exist any more: a test has dropped it. " +
                "Leave databases alone whose names begin with integrationkit_template.",
        },
        error);

    private static async Task<string> ReadAsync(NpgsqlDataSource source, string query, string template)
    {
        try
        {
            var command = source.CreateCommand(query);
            await using (command.ConfigureAwait(false))
            {
                command.Parameters.Add(new() { Value = template });
                return (string)(await command.ExecuteScalarAsync().ConfigureAwait(false))!;
            }
        }
        catch (NpgsqlException e)
        {
            return $" ({e.Message})";
        }
    }
}
