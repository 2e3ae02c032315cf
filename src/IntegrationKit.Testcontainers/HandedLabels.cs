using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace IntegrationKit.Testcontainers;

/// <summary>Labels that note whether anybody has read them, so that a delegate that ignores them fails before anything is made.</summary>
internal sealed class HandedLabels(IReadOnlyDictionary<string, string> labels) : IReadOnlyDictionary<string, string>
{
    public bool WereRead { get; private set; }

    public IEnumerable<string> Keys => Read().Keys;

    public IEnumerable<string> Values => Read().Values;

    public int Count => labels.Count;

    public string this[string key] => Read()[key];

    public bool ContainsKey(string key) => labels.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value) => Read().TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => Read().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IReadOnlyDictionary<string, string> Read()
    {
        WereRead = true;
        return labels;
    }
}
