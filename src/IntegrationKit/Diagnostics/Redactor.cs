using System.Text.RegularExpressions;

namespace IntegrationKit;

/// <summary>Values that nothing may show, and their removal from a text.</summary>
internal sealed partial class Redactor
{
    private const string Blot = "***";

    // A shorter beginning of a secret is a word like any other.
    private const int ShortestCut = 6;

    private volatile string[] _all = [];

    /// <summary>Whether an environment variable of this name is likely to hold a secret.</summary>
    public static bool IsNameOfSecret(string variable) => SecretName().IsMatch(variable);

    public void Add(string secret)
    {
        if (secret.Length == 0)
        {
            return;
        }

        // As it stands in a URI, in a quoted setting, and in a message that escapes it.
        string[] forms =
        [
            secret, Uri.EscapeDataString(secret), secret.Replace("'", "''", StringComparison.Ordinal), secret.Replace("\"", "\"\"", StringComparison.Ordinal),
            secret.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal),
        ];
        string[] seen, all;
        do
        {
            // The longest first: one that is part of another must not leave the rest of that one standing.
            seen = _all;
            all = [.. seen.Concat(forms).Distinct(StringComparer.Ordinal).OrderByDescending(each => each.Length)];
        }
#pragma warning disable CS0420 // Interlocked reads it as a volatile field is read.
        while (Interlocked.CompareExchange(ref _all, all, seen) != seen);
#pragma warning restore CS0420
    }

    public void AddAll(Redactor others) => Array.ForEach(others._all, Add);

    /// <summary>Replaces every secret, and one that a line's end has cut.</summary>
    public string Redact(string text)
    {
        foreach (var secret in _all)
        {
            text = text.Replace(secret, Blot, StringComparison.Ordinal);
            for (var length = secret.Length - 1; length >= ShortestCut; length--)
            {
                var end = $"{Regex.Escape(secret[..length])}(?=\\r?$)";
                if (text.Contains(secret[..length], StringComparison.Ordinal))
                {
                    text = Regex.Replace(text, end, Blot, RegexOptions.Multiline | RegexOptions.CultureInvariant);
                }
            }
        }

        return text;
    }

    [GeneratedRegex("PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIAL|CONNECTION_?STRING", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretName();
}
