using Npgsql;

namespace IntegrationKit.Services.Postgres;

/// <summary>Names the transactions that are open in a database, for a message about what blocks a reset.</summary>
internal static class OpenTransactions
{
    private const string Query =
        """
        SELECT coalesce(string_agg(format(E'\n  %s', t.line), '' ORDER BY t.since), '') FROM (
            SELECT xact_start AS since, format('backend %s%s, %s for %s s, last query: %s', pid, ' of ' || nullif(application_name, ''), state,
                round(extract(epoch FROM clock_timestamp() - xact_start)::numeric, 1), left(regexp_replace(query, '\s+', ' ', 'g'), 120)) AS line
            FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
            UNION ALL
            SELECT prepared, format('prepared transaction %L, %s s old: COMMIT PREPARED or ROLLBACK PREPARED ends it',
                gid, round(extract(epoch FROM clock_timestamp() - prepared)::numeric, 1))
            FROM pg_prepared_xacts WHERE database = current_database()
            ORDER BY 1 LIMIT 5) t
        """;

    /// <summary>One line each, after a line break; empty if there is none.</summary>
    public static async Task<string> ListAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        var command = dataSource.CreateCommand(Query);
        await using (command.ConfigureAwait(false))
        {
            return (string)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        }
    }
}
