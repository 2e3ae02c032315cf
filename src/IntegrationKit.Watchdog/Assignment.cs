using System.Diagnostics.CodeAnalysis;

namespace IntegrationKit.Watchdog;

/// <summary>What to look after.</summary>
/// <param name="Engine"><c>unix:///path</c> or <c>tcp://host:port</c>.</param>
/// <param name="Label">The key of the label that the session's resources carry.</param>
/// <param name="Session">The label's value.</param>
/// <param name="ApiPrefix">What a request's path begins with, for example <c>/v1.41</c>; empty leaves the version to the engine.</param>
internal sealed record Assignment(string Engine, string Label, string Session, string ApiPrefix)
{
    /// <summary>Reads the owner's line: <c>watch ADDRESS LABEL=VALUE [VERSION]</c>.</summary>
    /// <remarks>
    /// A label without a value is refused, since it would match what others made. The address is not parsed here: its owner
    /// waits, and parsers take time to load.
    /// </remarks>
    public static bool TryParse(string line, [NotNullWhen(true)] out Assignment? assignment)
    {
        assignment = null;
        var words = line.Split(' ');
        if (words.Length is not (3 or 4) || words[0] != "watch" || words[^1].Length == 0 || !IsAddress(words[1]))
        {
            return false;
        }

        var (filter, equals) = (words[2], words[2].IndexOf('=', StringComparison.Ordinal));
        if (equals <= 0 || equals == filter.Length - 1)
        {
            return false;
        }

        assignment = new(words[1], filter[..equals], filter[(equals + 1)..], words.Length == 4 ? "/v" + words[3] : string.Empty);
        return true;
    }

    private static bool IsAddress(string text) =>
        text.StartsWith("unix:///", StringComparison.Ordinal) || text.StartsWith("tcp://", StringComparison.Ordinal);
}
