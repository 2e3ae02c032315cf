using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace IntegrationKit.Services.Postgres;

/// <summary>Tells apart the lines of a shared server's log by the database that they are about.</summary>
internal static partial class PostgresLog
{
    /// <summary>The server's <c>log_line_prefix</c>: time, process, database.</summary>
    public const string Prefix = "%m [%p] db=%d ";

    /// <summary>The lines about one database; those that follow without a prefix of their own belong to the line before.</summary>
    public static async IAsyncEnumerable<LogLine> LinesOfAsync(
        string database, IAsyncEnumerable<LogLine> lines, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var isOwn = false;
        await foreach (var line in lines.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (Begin().Match(line.Text) is { Success: true } begin)
            {
                isOwn = string.CompareOrdinal(line.Text, begin.Length, database + " ", 0, database.Length + 1) == 0;
            }

            if (isOwn)
            {
                yield return line;
            }
        }
    }

    [GeneratedRegex(@"^[-\d]+ [:.\d]+ \S+ \[\d+\] db=", RegexOptions.CultureInvariant)]
    private static partial Regex Begin();
}
