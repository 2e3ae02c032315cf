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
    private readonly List<(string Name, string Value)> _settings = [];
    private volatile Forms? _forms;

    /// <summary>Whether an environment variable or a setting of this name is likely to hold a secret.</summary>
    public static bool IsNameOfSecret(string variable) => SecretName.IsMatch(variable);

    /// <summary>Registers a secret.</summary>
    public void Add(string secret)
    {
        lock (_gate)
        {
            NoteChange(_secrets.Add(secret));
        }
    }

    /// <summary>Registers the secrets and words of another one.</summary>
    public void AddAll(Redactor others)
    {
        string[] secrets, words;
        (string Name, string Value)[] settings;
        lock (others._gate)
        {
            (secrets, words, settings) = ([.. others._secrets], [.. others._words], [.. others._settings]);
        }

        lock (_gate)
        {
            _secrets.UnionWith(secrets);
            _words.UnionWith(words);
            _settings.AddRange(settings);
            NoteChange(true);
        }
    }

    /// <summary>Registers a word that messages need, such as a service's name. A secret that is a part of it is replaced only as a value.</summary>
    public void AddWord(string word)
    {
        lock (_gate)
        {
            NoteChange(_words.Add(word));
        }
    }

    /// <summary>
    /// Registers what is secret in a setting: its value, if its name is that of a secret, and a password in a connection string
    /// or a URI.
    /// </summary>
    public void AddFromSetting(string name, string value)
    {
        lock (_gate)
        {
            _settings.Add((name, value));
            NoteChange(true);
        }
    }

    /// <summary>Replaces every secret, and the beginning of one that is cut off at the end of a line.</summary>
    public string Redact(string text)
    {
        var forms = _forms ?? FindForms();
        foreach (var secret in forms.Everywhere)
        {
            text = Replace(text, secret);
        }

        foreach (var secret in forms.AsValue)
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

    /// <summary>What is looked for is found at the next use: a start that shows nothing need not wait for it.</summary>
    private void NoteChange(bool isChange) => _forms = isChange ? null : _forms;

    private Forms FindForms()
    {
        lock (_gate)
        {
            foreach (var (name, value) in _settings)
            {
                _secrets.UnionWith(SecretParts.Find(value));
                if (IsNameOfSecret(name) && !SecretName.IsConnectionString(name) && !bool.TryParse(value, out _))
                {
                    _secrets.Add(value);
                }
            }

            _settings.Clear();
            var byKind = _secrets.ToLookup(IsOrdinary);
            return _forms = new(Ordered(byKind[false]), Ordered(byKind[true]));
        }
    }

    private bool IsOrdinary(string secret) =>
        secret.Length < ShortestEverywhere || OrdinaryWords.Include(secret) || _words.Any(word => IsPartOf(word, secret));

    private static bool IsPartOf(string word, string secret) => word.Contains(secret, StringComparison.OrdinalIgnoreCase);

    /// <summary>The longest first: if one is a part of another, nothing of the other must remain.</summary>
    private static string[] Ordered(IEnumerable<string> secrets) =>
        [.. secrets.SelectMany(SecretForms.Of).Distinct(StringComparer.Ordinal).OrderByDescending(each => each.Length)];

    /// <summary>What is looked for in a text.</summary>
    /// <param name="Everywhere">Replaced wherever it is found.</param>
    /// <param name="AsValue">Replaced only as a value.</param>
    private sealed record Forms(string[] Everywhere, string[] AsValue);
}
