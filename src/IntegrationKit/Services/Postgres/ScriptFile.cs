namespace IntegrationKit.Services.Postgres;

/// <summary>Finds script files.</summary>
internal static class ScriptFile
{
    private static readonly string[] Endings = [".sql", ".sql.gz", ".sh"];

    /// <summary>The full path of a script.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ArgumentException">A relative path leads out of its folder.</exception>
    public static string Find(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Escape(path) is { } problem ? throw new ArgumentException(problem, nameof(path)) : Candidates(path).FirstOrDefault(File.Exists) ?? throw new FileNotFoundException(Missing(path), path);
    }

    public static IEnumerable<string> Problems(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            yield return "InitScripts has an empty path.";
        }
        else if (Escape(path) is { } problem)
        {
            yield return problem;
        }
        else if (!Candidates(path).Any(File.Exists))
        {
            yield return Missing(path);
        }
        else if (!Endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal)))
        {
            yield return $"Init script '{path}' has none of the endings {string.Join(", ", Endings)}.";
        }
    }

    /// <summary>A relative path may come from a setting, and leads to no file outside; an absolute one says what it means.</summary>
    private static string? Escape(string path) =>
        Path.IsPathFullyQualified(path) || !Path.GetRelativePath(".", path).Split(Path.DirectorySeparatorChar).Contains("..")
            ? null
            : $"Script '{path}' leads out of the folder in which it is looked for. Give an absolute path where that is meant.";

    private static IEnumerable<string> Candidates(string path) => Path.IsPathFullyQualified(path)
        ? [path]
        : new[] { Path.GetFullPath(path, AppContext.BaseDirectory), Path.GetFullPath(path) }.Distinct();

    private static string Missing(string path) =>
        $"Script '{path}' does not exist. Looked for {string.Join(" and ", Candidates(path))}. " +
        "Is it copied to the output folder (CopyToOutputDirectory)?";
}
