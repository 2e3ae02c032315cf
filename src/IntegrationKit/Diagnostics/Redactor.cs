using System.Text;

namespace IntegrationKit.Diagnostics;

/// <summary>
/// Knows secrets, and replaces them in texts. A secret that is short, or an ordinary word, is replaced only where it is a value
/// (<c>PASSWORD=abc</c>), others everywhere. It is thread-safe.
/// </summary>
internal sealed class Redactor
{
    /// <summary>What stands in place of a secret.</summary>
    public const string Mark = "***";

    // Shorter ones occur in other words.
    private const int ShortestEverywhere = 6;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _secrets = new(StringComparer.Ordinal);
    private readonly HashSet<string> _words = new(StringComparer.OrdinalIgnoreCase);
    private volatile string[] _everywhere = [];
    private volatile string[] _asValue = [];

    /// <summary>Whether an environment variable or a setting of this name is likely to hold a secret.</summary>
    public static bool IsNameOfSecret(string variable) => SecretName.IsMatch(variable);

    /// <summary>Registers a secret.</summary>
    public void Add(string secret) => Add([secret], []);

    /// <summary>Registers the secrets and words of another one.</summary>
    public void AddAll(Redactor others)
    {
        string[] secrets, words;
        lock (others._gate)
        {
            (secrets, words) = ([.. others._secrets], [.. others._words]);
        }

        Add(secrets, words);
    }

    /// <summary>Registers a word that messages need, such as a service's name. A secret that is a part of it is replaced only as a value.</summary>
    public void AddWord(string word) => Add([], [word]);

    /// <summary>
    /// Registers what is secret in a setting: its value, if its name is that of a secret, and a password in a connection string
    /// or a URI.
    /// </summary>
    public void AddFromSetting(string name, string value)
    {
        var found = SecretParts.Find(value).ToList();
        if (IsNameOfSecret(name) && !SecretName.IsConnectionString(name) && !bool.TryParse(value, out _))
        {
            found.Add(value);
        }

        Add([.. found], []);
    }

    /// <summary>Replaces every secret, and the beginning of one that is cut off at the end of a line.</summary>
    public string Redact(string text)
    {
        foreach (var secret in _everywhere)
        {
            text = Replace(text, secret);
        }

        foreach (var secret in _asValue)
        {
            text = SecretValue.Replace(text, secret, Mark);
        }

        return text;
    }

    private static string Replace(string text, string secret)
    {
        StringBuilder? result = null;
        var (copied, from) = (0, 0);
        while (text.AsSpan(from).IndexOf(secret.AsSpan(0, ShortestEverywhere)) is var next and >= 0)
        {
            var at = from + next;
            var length = text.AsSpan(at).CommonPrefixLength(secret);
            if (length < secret.Length && !IsCut(text.AsSpan(at + length)))
            {
                from = at + 1;
                continue;
            }

            (result ??= new()).Append(text, copied, at - copied).Append(Mark);
            copied = from = at + length;
        }

        return result is null ? text : result.Append(text, copied, text.Length - copied).ToString();
    }

    private static bool IsCut(ReadOnlySpan<char> rest) => rest is [] or ['\n', ..] or ['\r'] or ['\r', '\n', ..] or ['…', ..];

    private void Add(string[] secrets, string[] words)
    {
        lock (_gate)
        {
            var newSecrets = Array.FindAll(secrets, _secrets.Add);
            var newWords = Array.FindAll(words, _words.Add);
            if (newSecrets.Length == 0 && !_secrets.Any(secret => Array.Exists(newWords, word => IsPartOf(word, secret))))
            {
                return;
            }

            // In this order: a secret whose kind changes must be in one of them at any time, since other threads read.
            var byKind = _secrets.ToLookup(IsOrdinary);
            _asValue = Ordered(byKind[true]);
            _everywhere = Ordered(byKind[false]);
        }
    }

    private bool IsOrdinary(string secret) =>
        secret.Length < ShortestEverywhere || OrdinaryWords.Include(secret) || _words.Any(word => IsPartOf(word, secret));

    private static bool IsPartOf(string word, string secret) => word.Contains(secret, StringComparison.OrdinalIgnoreCase);

    /// <summary>The longest first: if one is a part of another, nothing of the other must remain.</summary>
    private static string[] Ordered(IEnumerable<string> secrets) =>
        [.. secrets.SelectMany(SecretForms.Of).Distinct(StringComparer.Ordinal).OrderByDescending(each => each.Length)];
}
