namespace IntegrationKit.Services.Postgres;

/// <summary>Follows symbolic links, also those of the folders on the way.</summary>
internal static class RealPath
{
    // As many as the kernel follows.
    private const int MostLinks = 40;

    /// <summary>The path without links. What does not exist, and links that lead to each other, are taken as they are.</summary>
    public static string Of(string path) => Of(path, MostLinks);

    /// <summary>Whether a file, when all links are followed, lies in a folder or below it.</summary>
    public static bool IsInside(string path, string folder) =>
        Of(path).StartsWith(Path.TrimEndingDirectorySeparator(Of(folder)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string Of(string path, int links)
    {
        var root = Path.GetPathRoot(path)!;
        var real = root;
        foreach (var part in path[root.Length..].Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, part);
            if (links > 0 && new FileInfo(real).LinkTarget is { } target)
            {
                real = Of(Path.GetFullPath(target, Path.GetDirectoryName(real)!), --links);
            }
        }

        return real;
    }
}
