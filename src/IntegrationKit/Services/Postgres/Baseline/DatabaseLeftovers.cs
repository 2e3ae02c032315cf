using System.Globalization;
using Npgsql;

namespace IntegrationKit.Services.Postgres;

/// <summary>Finds what differs from the baseline, in the tables that were written to.</summary>
internal static class DatabaseLeftovers
{
    /// <param name="dataSource">The library's own connections.</param>
    /// <param name="everything">Whether all tables are compared, not only those that were written to.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="IntegrationKitException">A transaction blocks it; the message says which.</exception>
    public static async Task<IReadOnlyList<Leftover>> FindAsync(NpgsqlDataSource dataSource, bool everything, CancellationToken cancellationToken)
    {
        var command = dataSource.CreateCommand($"SELECT kind, name, items, added, removed, changed, note FROM integrationkit.leftovers({everything})");
        await using (command.ConfigureAwait(false))
        {
            try
            {
                return await ReadAsync(command, cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                var blockers = await OpenTransactions.ListAsync(dataSource, cancellationToken).ConfigureAwait(false);
                throw new IntegrationKitException(
                    $"Its tables are locked by an open transaction, so they could not be read within 2 s. Commit it, roll it back or dispose its connection.{blockers}", e);
            }
        }
    }

    private static async Task<IReadOnlyList<Leftover>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var found = new List<Leftover>();
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var counts = Enumerable.Range(3, 3).Select(i => reader.IsDBNull(i) ? 0 : reader.GetInt64(i)).ToArray();
                var note = reader.IsDBNull(6) ? null : reader.GetString(6);
                found.Add(new(reader.GetString(0), reader.GetString(1), Math.Max(1, counts.Sum()), Describe(note, reader.GetString(2), counts)));
            }
        }

        return found;
    }

    private static string Describe(string? note, string item, long[] counts)
    {
        // The first count names what is counted.
        var numbers = counts.Zip(["added", "removed", "changed"])
            .Where(each => each.First > 0)
            .Select((each, i) => string.Create(CultureInfo.InvariantCulture, $"{each.First} {(i > 0 ? "" : each.First == 1 ? $"{item} " : $"{item}s ")}{each.Second}"));
        return string.Join(", ", note is null ? numbers : numbers.Prepend(note));
    }
}
