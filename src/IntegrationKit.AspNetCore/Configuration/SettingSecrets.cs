using System.Text.RegularExpressions;

namespace IntegrationKit.AspNetCore;

/// <summary>Blots out the secrets of the settings, since a message may quote what an application logged.</summary>
internal sealed partial class SettingSecrets
{
    private const int ShortestSecret = 4;

    private readonly string[] _secrets;

    public SettingSecrets(IReadOnlyDictionary<string, string> settings) => _secrets =
    [
        .. settings.Where(each => SecretName().IsMatch(each.Key)).Select(each => each.Value)
            .Concat(settings.Values.SelectMany(each => SecretPart().Matches(each)).Select(match => match.Groups["secret"].Value.Trim('"', '\'')))
            .Where(secret => secret.Length >= ShortestSecret)
            .Distinct(StringComparer.Ordinal)
            .OrderByDescending(secret => secret.Length),
    ];

    public IReadOnlyList<string> All => _secrets;

    public string Redact(string text) => _secrets.Aggregate(text, (rest, secret) => rest.Replace(secret, "***", StringComparison.Ordinal));

    [GeneratedRegex("(password|pwd|secret|token|api[-_]?key)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex SecretName();

    /// <summary>The password of a connection string, as ADO.NET and StackExchange.Redis write it, or of an address.</summary>
    [GeneratedRegex("""((password|pwd)\s*=\s*(?<secret>"[^"]*"|'[^']*'|[^;,]+))|(://[^/:@\s]*:(?<secret>[^@/\s]+)@)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex SecretPart();
}
