using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace IntegrationKit.Services.Postgres;

/// <summary>Tells apart the lines of a server's log by the database that they are about, and by the time that the server gives.</summary>
internal static partial class PostgresLog
{
    /// <summary>A shared server's <c>log_line_prefix</c>: time, process, database. By default it is the first two.</summary>
    public const string Prefix = "%m [%p] db=%d ";

    /// <summary>
    /// The lines about one database, if one is given, since a given time; those that follow without a prefix of their own
    /// belong to the line before.
    /// </summary>
    public static async IAsyncEnumerable<LogLine> LinesOfAsync(
        string? database, DateTimeOffset? since, IAsyncEnumerable<LogLine> lines, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Lines before the first prefix, such as those of the entrypoint, are about no database.
        var isOwn = database is null;
        await foreach (var line in lines.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (Begin().Match(line.Text) is { Success: true } begin)
            {
                isOwn = (database is null || line.Text.AsSpan(begin.Length).StartsWith($"db={database} ", StringComparison.Ordinal)) && !IsBefore(begin, since);
            }

            if (isOwn)
            {
                yield return line;
            }
        }
    }

    // The server gives milliseconds. Of a time zone other than the image's it gives the name, not the offset.
    private static bool IsBefore(Match begin, DateTimeOffset? since) =>
        begin.Groups["zone"].Value is "UTC" or "GMT"
        && DateTimeOffset.TryParseExact(begin.Groups["time"].Value, "yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var written)
        && written.AddMilliseconds(1) <= since;

    [GeneratedRegex(@"^(?<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) (?<zone>\S+) \[\d+\] ", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Begin();
}
