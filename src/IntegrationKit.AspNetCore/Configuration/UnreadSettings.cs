using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace IntegrationKit.AspNetCore;

/// <summary>A setting that the application has not read.</summary>
/// <param name="Key">Its key.</param>
/// <param name="IsKnown">Whether the application's own configuration has the key, so that it is no typing mistake.</param>
/// <param name="Near">Keys that the application has asked for or has itself, and that are similar; the most similar first.</param>
internal sealed record UnreadSetting(string Key, bool IsKnown, IReadOnlyList<string> Near)
{
    public override string ToString() => Near.Count == 0 ? $"'{Key}'" : $"'{Key}' (did you mean {string.Join(" or ", Near.Select(each => $"'{each}'"))}?)";
}

/// <summary>Finds what was set and not read.</summary>
internal static class UnreadSettings
{
    /// <param name="settings">The settings.</param>
    /// <param name="configuration">The application's configuration; null where there is none yet.</param>
    public static IReadOnlyList<UnreadSetting> Find(TestSettings settings, IConfiguration? configuration)
    {
        var unread = Keys(settings);
        if (unread.Count == 0)
        {
            return [];
        }

        var own = new HashSet<string>(OwnKeys(configuration), StringComparer.OrdinalIgnoreCase);
        var candidates = settings.Reads.Asked.Where(key => !settings.Values.ContainsKey(key)).Concat(own).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        return [.. unread.Select(key => new UnreadSetting(key, own.Contains(key), StartContext.FindSimilarKeys(key, candidates)))];
    }

    public static IReadOnlyList<string> Keys(TestSettings settings) => settings.Reads.IsComplete
        ? [.. settings.Values.Keys.Where(key => !settings.Reads.Has(key)).Order(StringComparer.OrdinalIgnoreCase)]
        : [];

    /// <summary>The keys of its files and the like; environment variables and arguments hold the settings themselves.</summary>
    private static string[] OwnKeys(IConfiguration? configuration)
    {
        var providers = (configuration as IConfigurationRoot)?.Providers
            .Where(each => each is not (TestSettings.Provider or EnvironmentVariablesConfigurationProvider or CommandLineConfigurationProvider or ChainedConfigurationProvider));
        return SettingReads.Unnoted(() => (providers ?? []).SelectMany(each => Keys(each, parent: null)).ToArray());
    }

    private static IEnumerable<string> Keys(IConfigurationProvider provider, string? parent)
    {
        foreach (var child in provider.GetChildKeys([], parent).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var path = parent is null ? child : ConfigurationPath.Combine(parent, child);
            if (provider.TryGet(path, out _))
            {
                yield return path;
            }

            foreach (var below in Keys(provider, path))
            {
                yield return below;
            }
        }
    }
}
