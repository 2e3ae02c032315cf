using IntegrationKit.Diagnostics;
using Microsoft.Extensions.Configuration;

namespace IntegrationKit.Hosting;

/// <summary>Reads one object of a configuration, and reports the keys that were not read.</summary>
internal sealed class SectionReader(IConfigurationSection section, ServiceDocument document)
{
    private readonly SortedSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    public IConfigurationSection Section => section;

    public IConfigurationSection At(string key)
    {
        _known.Add(key);
        return section.GetSection(key);
    }

    public bool Has(string key) => !SettingReader.IsUnset(At(key));

    public object? Read(Type type, string key) => SettingReader.Read(type, At(key), document);

    public T? Read<T>(string key) => (T?)(Read(typeof(T), key) ?? default(T));

    /// <param name="owner">What the settings belong to, as in <c>the type 'postgres'</c>.</param>
    public void ReportUnread(string owner)
    {
        foreach (var key in section.GetChildren().Select(each => each.Key).Where(each => !_known.Contains(each)))
        {
            document.Report($"{section.Path}:{key} is not a setting of {owner}.{Suggestion.DidYouMean(key, _known)} Known: {Text.Quoted(_known)}.");
        }
    }
}
