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
            : First(path)?.Path ?? throw new FileNotFoundException(Missing(path), path);
    }

    /// <summary>What is wrong with scripts, or with what they bring along.</summary>
    public static IReadOnlyList<string> Problems(IReadOnlyList<string> paths)
    {
        string[] problems = [.. paths.SelectMany(Problems)];
        try
        {
            _ = problems.Length == 0 ? ScriptBundle.Of([.. paths.Select(Find)]) : null;
            return problems;
        }
        catch (Exception e) when (e is IntegrationKitException or IOException or UnauthorizedAccessException)
        {
            return [e.Message];
        }
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
        else if (First(path) is null)
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

        if (Path.IsPathFullyQualified(path))
        {
            return null;
        }

        return LeadsOut(path) ? $"Script '{path}' leads out of the folder in which it is looked for. Use an absolute path if that is intended."
            : First(path) is var (folder, file) && !RealPath.IsInside(file, folder) ? $"Script '{path}' is, or is below, a symbolic link that leads out of {folder}. Use an absolute path if that is intended."
            : null;
    }

    /// <summary>The file that the path means, and the folder in which it was looked for; null if there is none.</summary>
    private static (string Folder, string Path)? First(string path) =>
        Candidates(path).Where(each => File.Exists(each.Path)).Select(each => ((string, string)?)each).FirstOrDefault();

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
    private static IEnumerable<(string Folder, string Path)> Candidates(string path) => Path.IsPathFullyQualified(path)
        ? [(Path.GetDirectoryName(path)!, path)]
        : new[] { AppContext.BaseDirectory, Directory.GetCurrentDirectory() }.Concat(ProjectFolders.Find())
            .Select(folder => (folder, Path.GetFullPath(path, folder))).DistinctBy(each => each.Item2);

    private static string Missing(string path) =>
        $"Script '{path}' does not exist. Looked for {string.Join(", ", Candidates(path).Select(each => each.Path))}. " +
        "Put it beside the test project's file, or copy it to the output folder (CopyToOutputDirectory).";
}
