using System.Text;
using System.Text.RegularExpressions;

namespace IntegrationKit.Diagnostics;

/// <summary>Finds a secret where it stands as a value: after a name such as PASSWORD, or as the password of a URI.</summary>
internal static partial class SecretValue
{
    // How many characters before a value are searched for its name.
    private const int Reach = 100;

    public static string Replace(string text, string secret, string mark)
    {
        StringBuilder? result = null;
        var (copied, from) = (0, 0);
        while (text.AsSpan(from).IndexOf(secret) is var next and >= 0)
        {
            var at = from + next;
            from = at + secret.Length;
            if (IsValue(text, at, from))
            {
                (result ??= new()).Append(text, copied, at - copied).Append(mark);
                copied = from;
            }
        }

        return result is null ? text : result.Append(text, copied, text.Length - copied).ToString();
    }

    private static bool IsValue(string text, int start, int end)
    {
        if (start == 0 || (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_')))
        {
            return false;
        }

        return text[start - 1] switch
        {
            ':' when end < text.Length && text[end] == '@' => true,
            '=' or ':' or '>' or ' ' or '\t' or '"' or '\'' or '`' => FollowsName(text[Math.Max(0, start - Reach)..start]),
            _ => false,
        };
    }

    private static bool FollowsName(string before) =>
        Introduction().Match(before) is { Success: true } found &&
        (!found.Groups["name"].Success || SecretName.IsMatch(found.Groups["name"].Value) || IsOption(found.Groups["name"].Value));

    // The key of connection strings, and the options of redis-cli and redis-server.
    private static bool IsOption(string name) => name.ToUpperInvariant() is "PWD" or "-A" or "REQUIREPASS" or "--REQUIREPASS" or "MASTERAUTH" or "--MASTERAUTH";

    // PASSWORD=x · "password": "x" · <password>x · "--password", "x" · PASSWORD 'x' · the password is x · IDENTIFIED BY 'x' · AUTH user x
    [GeneratedRegex(
        """
        ((?<name>[\w.-]+)((\\?["'`])?[ \t]*(=>|[=:>])[ \t]*|\\?["'`][ \t]*,[ \t]*(?=\\?["'`])|[ \t]+((is|was)[ \t]+)?)|\bIDENTIFIED[ \t]+BY[ \t]+|(?-i:\bAUTH)[ \t]+[\w.-]+[ \t]+)(\\?["'`])?\z
        """,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Introduction();
}
