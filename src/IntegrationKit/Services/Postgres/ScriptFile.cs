namespace IntegrationKit.Services.Postgres;

/// <summary>Finds script files.</summary>
internal static class ScriptFile
{
    private static readonly string[] Endings = [".sql", ".sql.gz", ".sh"];

    /// <summary>The full path of a script.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ArgumentException">It is not a path, or a relative one that leads out of its folder.</exception>
    public static string Find(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Mistake(path) is { } mistake
            ? throw new ArgumentException(mistake, nameof(path))
            : Candidates(path).FirstOrDefault(File.Exists) ?? throw new FileNotFoundException(Missing(path), path);
    }

    public static IEnumerable<string> Problems(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            yield return "InitScripts has an empty path.";
        }
        else if (Mistake(path) is { } mistake)
        {
            yield return mistake;
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

    private static string? Mistake(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            return $"Script '{path.Replace("\0", "\\0", StringComparison.Ordinal)}' has a NUL character in its path.";
        }

        return !Path.IsPathFullyQualified(path) && LeadsOut(path)
            ? $"Script '{path}' leads out of the folder in which it is looked for. Use an absolute path if that is intended."
            : null;
    }

    /// <summary>
    /// A relative path may come from a setting, and leads to no file outside, whatever the folder is called; an absolute one is
    /// taken as it is.
    /// </summary>
    private static bool LeadsOut(string path)
    {
        var depth = 0;
        foreach (var part in path.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar))
        {
            depth += part switch { "" or "." => 0, ".." => -1, _ => 1 };
            if (depth < 0)
            {
                return true;
            }
        }

        // On Windows a path without a drive, or without a folder on it.
        return Path.IsPathRooted(path);
    }

    /// <summary>Files that the path may mean, the likeliest first. The projects' folders come last, since finding them takes longest.</summary>
    private static IEnumerable<string> Candidates(string path) => Path.IsPathFullyQualified(path)
        ? [path]
        : new[] { AppContext.BaseDirectory, Directory.GetCurrentDirectory() }.Concat(ProjectFolders.Find())
            .Select(folder => Path.GetFullPath(path, folder)).Distinct();

    private static string Missing(string path) =>
        $"Script '{path}' does not exist. Looked for {string.Join(", ", Candidates(path))}. " +
        "Put it beside the test project's file, or copy it to the output folder (CopyToOutputDirectory).";
}
