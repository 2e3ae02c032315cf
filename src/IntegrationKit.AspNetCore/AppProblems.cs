namespace IntegrationKit.AspNetCore;

/// <summary>Finds the mistakes in a description that can be found without starting anything.</summary>
internal static class AppProblems
{
    /// <summary>Keys of hosting, which have a property of their own.</summary>
    private static readonly Dictionary<string, string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        ["urls"] = "Port",
        ["environment"] = "EnvironmentName",
        ["contentRoot"] = "ContentRoot",
    };

    public static IEnumerable<string> Find(AppDescription app)
    {
        if (app.EntryPoint.Assembly.EntryPoint is null)
        {
            yield return $"{app.Program} is in no program. Name a class of the web application, such as its Program; " +
                "where that is not public, add `public partial class Program;` to it.";
        }

        if (app.Port is < 1 or > 65535)
        {
            yield return FormattableString.Invariant($"Port is {app.Port}; it must be from 1 to 65535, or unset for a free one.");
        }

        if (app.ReadyPath is { } path && !path.StartsWith('/'))
        {
            yield return $"ReadyPath is '{path}'; it must begin with a slash.";
        }

        if (string.IsNullOrWhiteSpace(app.EnvironmentName))
        {
            yield return "EnvironmentName is empty.";
        }

        if (app.ContentRoot is { } root && !Directory.Exists(root))
        {
            yield return $"ContentRoot is '{root}', and there is no such folder.";
        }

        foreach (var problem in app.Settings.SelectMany(each => Setting(each.Key, each.Value)))
        {
            yield return problem;
        }

        foreach (var twice in app.Settings.Keys.GroupBy(each => each, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1))
        {
            yield return $"Settings has '{twice.Key}' more than once; case makes no difference in a configuration.";
        }
    }

    private static IEnumerable<string> Setting(string key, ServiceReference? value)
    {
        if (string.IsNullOrWhiteSpace(key) || key.Contains('=') || key.Contains('\0'))
        {
            yield return $"Settings has the key '{key}'; a key is not empty and has no '='.";
        }
        else if (key.Contains("__", StringComparison.Ordinal))
        {
            yield return $"Settings has the key '{key}', as an environment variable has it. Write '{key.Replace("__", ":", StringComparison.Ordinal)}'.";
        }
        else if (Reserved.TryGetValue(key, out var property))
        {
            yield return $"Settings has '{key}'. Set {property} instead.";
        }

        if (value is null)
        {
            yield return $"Settings has no value for '{key}'.";
        }
    }
}
