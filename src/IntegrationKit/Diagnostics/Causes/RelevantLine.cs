using System.Text.RegularExpressions;
using IntegrationKit.Diagnostics;

namespace IntegrationKit.Diagnostics.Causes;

/// <summary>Picks the line of a log that most likely says why a program ended.</summary>
internal static partial class RelevantLine
{
    private const int MaxLength = 200;

    /// <summary>The last line of the most severe kind that occurs, else the last that is not empty; null for an empty log.</summary>
    public static string? Of(IReadOnlyList<string> log)
    {
        foreach (var kind in (Regex[])[Fatal(), Error(), Complaint()])
        {
            if (log.LastOrDefault(kind.IsMatch) is { } line)
            {
                return line.Trim();
            }
        }

        return log.LastOrDefault(line => !string.IsNullOrWhiteSpace(line))?.Trim();
    }

    /// <summary>The first line of a text, cut to 200 characters, without its full stop.</summary>
    public static string Shorten(string text)
    {
        var line = Text.FirstLine(text.Trim()).TrimEnd('.');
        return line.Length <= MaxLength ? line : line[..MaxLength] + "…";
    }

    [GeneratedRegex(@"\b(FATAL|PANIC|CRITICAL|panic:|Unhandled exception)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Fatal();

    // "no errors", "0 errors" and a setting such as log_error are no errors.
    [GeneratedRegex(@"(?<!\b(no|0|without)\s)\b(ERROR|ERR|\w*Exception)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Error();

    [GeneratedRegex(
        @"\b(cannot|can't|could not|unable to|failed|denied|refused|invalid|missing|required|must specify|not set|not found|no such|unknown|illegal|abort(ed|ing)?)\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Complaint();
}
