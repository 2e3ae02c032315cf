using System.Text.RegularExpressions;

namespace IntegrationKit.Diagnostics;

/// <summary>Decides by the name of a setting whether its value is a secret. In doubt it is.</summary>
internal static partial class SecretName
{
    // Settings that concern a secret and are not secret themselves: PASSWORD_MIN_LENGTH, TOKEN_URL, PasswordFile.
    private static readonly HashSet<string> PlainEndings = new(StringComparer.OrdinalIgnoreCase)
    {
        "LENGTH", "LEN", "MIN", "MAX", "MINIMUM", "MAXIMUM", "SIZE", "COUNT", "LIMIT", "ATTEMPTS", "RETRIES", "ROUNDS", "ITERATIONS",
        "FILE", "FILES", "PATH", "DIR", "DIRECTORY", "FOLDER", "URL", "URI", "ENDPOINT", "HOST", "PORT", "HEADER",
        "TTL", "EXPIRY", "EXPIRES", "EXPIRATION", "LIFETIME", "AGE", "DURATION", "INTERVAL", "TIMEOUT", "SECONDS", "MINUTES", "HOURS", "DAYS",
        "POLICY", "ENABLED", "DISABLED", "REQUIRED", "ALLOWED", "OPTIONAL", "HISTORY", "COMPLEXITY", "STRENGTH", "CHARSET",
        "NAME", "USER", "USERNAME", "TYPE", "FORMAT", "ALGORITHM", "ENCRYPTION", "ENCODING", "METHOD", "MODE", "PREFIX", "VERSION", "ISSUER", "AUDIENCE",
    };

    public static bool IsMatch(string name) =>
        (HasWord().IsMatch(name) || (EndsInWord().IsMatch(name) && name is not ("PWD" or "OLDPWD"))) &&
        !PlainEndings.Contains(LastWord(name)) && !IsNumberOfTokens().IsMatch(name);

    /// <summary>Whether it names a connection string, in which only the password is secret.</summary>
    public static bool IsConnectionString(string name) => NamesConnectionString().IsMatch(name);

    /// <summary><c>LENGTH</c> of PASSWORD_MIN_LENGTH, <c>Length</c> of PasswordMinLength.</summary>
    private static string LastWord(string name)
    {
        var start = name.AsSpan().LastIndexOfAny("_-.: ") + 1;
        for (var i = name.Length - 1; i > start; i--)
        {
            if (char.IsUpper(name[i]) && char.IsLower(name[i - 1]))
            {
                return name[i..];
            }
        }

        return name[start..];
    }

    [GeneratedRegex(
        "PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|(API|ACCESS|PRIVATE|ACCOUNT|ENCRYPTION|SIGNING)[-_]?KEY|CREDENTIAL|CONNECTION[-_]?STRING",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex HasWord();

    // DB_PASS and DbPass, but neither COMPASS nor bypass.
    [GeneratedRegex("(^|[-_.:])([Pp]ass|PASS|[Pp]wd|PWD|[Aa]uth|AUTH)$|[a-z0-9](Pass|Pwd|Auth)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex EndsInWord();

    [GeneratedRegex("(^|[-_.:])(max|min|num|total)[a-z_-]*tokens$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex IsNumberOfTokens();

    [GeneratedRegex("CONNECTION[-_]?STRING", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NamesConnectionString();
}
