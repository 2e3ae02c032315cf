using System.Globalization;
using System.Text;
using Npgsql;

namespace IntegrationKit.Services.Postgres;

/// <summary>Names the transactions that are open in a database, for a message about what blocks a reset.</summary>
internal static class OpenTransactions
{
    private const string Query =
        """
        SELECT 'backend ' || pid, state, extract(epoch FROM now() - xact_start)::float8, 'last query: ' || left(regexp_replace(query, '\s+', ' ', 'g'), 120)
        FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
        UNION ALL
        SELECT 'transaction ' || quote_literal(left(gid, 120)), 'prepared', extract(epoch FROM now() - prepared)::float8, 'end it by COMMIT PREPARED or ROLLBACK PREPARED'
        FROM pg_prepared_xacts WHERE database = current_database()
        ORDER BY 3 DESC LIMIT 5
        """;

    /// <summary>One line each, after a line break; empty if there is none.</summary>
    public static async Task<string> ListAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        var lines = new StringBuilder();
        var command = dataSource.CreateCommand(Query);
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    lines.AppendLine().Append(CultureInfo.InvariantCulture,
                        $"  {reader.GetString(0)}, {reader.GetString(1)} for {reader.GetDouble(2):0.0} s, {reader.GetString(3)}");
                }
            }
        }

        return lines.ToString();
    }
}
