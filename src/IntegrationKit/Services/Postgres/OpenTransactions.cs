using System.Globalization;
using System.Text;
using Npgsql;

namespace IntegrationKit.Services.Postgres;

/// <summary>Names the transactions that are open in a database, for a message about what blocks a reset.</summary>
internal static class OpenTransactions
{
    private const string Query =
        """
        SELECT pid, state, extract(epoch FROM now() - xact_start)::float8, left(regexp_replace(query, '\s+', ' ', 'g'), 120)
        FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
        ORDER BY xact_start LIMIT 5
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
                        $"  backend {reader.GetInt32(0)}, {reader.GetString(1)} for {reader.GetDouble(2):0.0} s, last query: {reader.GetString(3)}");
                }
            }
        }

        return lines.ToString();
    }
}
