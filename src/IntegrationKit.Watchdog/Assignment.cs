using System.Diagnostics.CodeAnalysis;

namespace IntegrationKit.Watchdog;

/// <summary>What to watch.</summary>
/// <param name="Engine"><c>unix:///path</c> or <c>tcp://host:port</c>.</param>
/// <param name="Label">The key of the label that the session's resources carry.</param>
/// <param name="Session">The label's value.</param>
internal sealed record Assignment(string Engine, string Label, string Session)
{
    /// <summary>Reads the owner's line: <c>watch ADDRESS LABEL=VALUE</c>.</summary>
    /// <remarks>
    /// A label without a value is refused, since it would match what others made. The address is not parsed here: the owner is
    /// waiting for an answer, and a parser takes time to load.
    /// </remarks>
    public static bool TryParse(string line, [NotNullWhen(true)] out Assignment? assignment)
    {
        assignment = null;
        var words = line.Split(' ');
        if (words.Length != 3 || words[0] != "watch" || !IsAddress(words[1]))
        {
            return false;
        }

        var (filter, equals) = (words[2], words[2].IndexOf('=', StringComparison.Ordinal));
        if (equals <= 0 || equals == filter.Length - 1)
        {
            return false;
        }

        assignment = new(words[1], filter[..equals], filter[(equals + 1)..]);
        return true;
    }

    private static bool IsAddress(string text) =>
        text.StartsWith("unix:///", StringComparison.Ordinal) || text.StartsWith("tcp://", StringComparison.Ordinal);
}
