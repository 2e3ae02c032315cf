using System.Text.RegularExpressions;

namespace IntegrationKit.Diagnostics;

/// <summary>Finds the passwords inside a setting's value: in a connection string, or in a URI.</summary>
internal static partial class SecretParts
{
    public static IEnumerable<string> Find(string value) =>
    [
        // ADO.NET separates by a semicolon, StackExchange.Redis by a comma. Where both are there, either may be part of the secret.
        .. value.Contains(';', StringComparison.Ordinal) ? BetweenSemicolons().Matches(value).Where(IsSecret).Select(Unquoted) : [],
        .. !value.Contains(';', StringComparison.Ordinal) || value.Contains(',', StringComparison.Ordinal) ? BetweenCommas().Matches(value).Where(IsSecret).Select(Unquoted) : [],
        .. OfUri().Matches(value).Select(match => match.Groups["value"].Value).SelectMany(each => new[] { each, Uri.UnescapeDataString(each) }),
    ];

    private static bool IsSecret(Match match) =>
        match.Groups["name"].Value.Trim() is var name && (SecretName.IsMatch(name) || name.Equals("pwd", StringComparison.OrdinalIgnoreCase));

    private static string Unquoted(Match match) => match.Groups["value"].Value.Trim() switch
    {
        ['"', .. var inner, '"'] => inner.Replace("\"\"", "\"", StringComparison.Ordinal),
        ['\'', .. var inner, '\''] => inner.Replace("''", "'", StringComparison.Ordinal),
        var plain => plain,
    };

    [GeneratedRegex("""(^|;)(?<name>[^;=]+)=\s*(?<value>"([^"]|"")*"|'([^']|'')*'|[^;]+)""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex BetweenSemicolons();

    [GeneratedRegex("""(^|,)(?<name>[^,=]+)=\s*(?<value>"([^"]|"")*"|'([^']|'')*'|[^,]+)""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex BetweenCommas();

    [GeneratedRegex("://[^/:@\\s]*:(?<value>[^/\\s]+)@", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex OfUri();
}
