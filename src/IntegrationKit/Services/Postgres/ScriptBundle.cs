using System.Globalization;
using System.Text.RegularExpressions;

namespace IntegrationKit.Services.Postgres;

/// <summary>
/// Scripts, and what lies beside them and is named in them: a file that is included or copied, or a folder of such files. Scripts of
/// one folder have one in the container too.
/// </summary>
/// <param name="Scripts">The scripts in order, as names in <paramref name="Files"/>.</param>
/// <param name="Files">All files: their names in the container, below a common folder, and their full paths here.</param>
internal sealed partial record ScriptBundle(IReadOnlyList<string> Scripts, IReadOnlyDictionary<string, string> Files)
{
    /// <summary>The most files that travel beside scripts, and the most bytes of them.</summary>
    public const int MostFiles = 1000;
    public const long MostBytes = 64 * 1024 * 1024;

    private static readonly string[] Readable = [".sql", ".sh", ".psql"];

    /// <summary>Collects the files.</summary>
    /// <param name="scripts">Full paths.</param>
    /// <exception cref="IntegrationKitException">Too much would travel, or a symbolic link leads out of the scripts' folder.</exception>
    public static ScriptBundle Of(IReadOnlyList<string> scripts)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var folders = scripts.Select(each => Path.GetDirectoryName(each)!).Distinct().Index().ToDictionary(each => each.Item, each => each.Index.ToString(CultureInfo.InvariantCulture));
        string[] names = [.. scripts.Select(each => $"{folders[Path.GetDirectoryName(each)!]}/{Path.GetFileName(each)}")];
        foreach (var (name, path) in names.Zip(scripts))
        {
            files[name] = path;
        }

        var bytes = 0L;
        var count = 0;
        foreach (var (folder, number) in folders)
        {
            var open = new Queue<string>(scripts.Where(each => Path.GetDirectoryName(each) == folder));
            var beside = new Lazy<FileSystemInfo[]>(() => [.. new DirectoryInfo(folder).EnumerateFileSystemInfos()]);
            while (open.TryDequeue(out var script))
            {
                foreach (var file in Named(script, beside).SelectMany(each => Below(each, folder)))
                {
                    if (files.TryAdd($"{number}/{Path.GetRelativePath(folder, file.FullName).Replace('\\', '/')}", file.FullName))
                    {
                        (count, bytes) = (count + 1, bytes + file.Length);
                        Check(script, count, bytes);
                        open.Enqueue(file.FullName);
                    }
                }
            }
        }

        return new(names, files);
    }

    /// <summary>Whether a text that psql or a shell reads may lead to another file.</summary>
    private static string Commands(string script)
    {
        if (!Readable.Any(ending => script.EndsWith(ending, StringComparison.Ordinal)))
        {
            return "";
        }

        var text = File.ReadAllText(script);
        return script.EndsWith(".sh", StringComparison.Ordinal) ? text : string.Join('\n', MetaCommand().Matches(text).Select(each => each.Value));
    }

    /// <summary>Files and folders beside a script that its commands name.</summary>
    private static IEnumerable<FileSystemInfo> Named(string script, Lazy<FileSystemInfo[]> beside) =>
        Commands(script) is { Length: > 0 } commands ? beside.Value.Where(each => commands.Contains(each.Name, StringComparison.Ordinal)) : [];

    /// <summary>The files of a folder and of those in it, or the file itself.</summary>
    private static IEnumerable<FileInfo> Below(FileSystemInfo entry, string folder)
    {
        if (!RealPath.IsInside(entry.FullName, folder))
        {
            throw new IntegrationKitException(
                $"'{entry.FullName}' is a symbolic link that leads out of the folder of the script that names it. Put the file there instead.");
        }

        return entry is DirectoryInfo directory ? directory.EnumerateFileSystemInfos().SelectMany(each => Below(each, folder)) : [(FileInfo)entry];
    }

    private static void Check(string script, int count, long bytes)
    {
        if (count > MostFiles || bytes > MostBytes)
        {
            throw new IntegrationKitException(FormattableString.Invariant(
                $"Script '{Path.GetFileName(script)}' names files or folders beside it that are too much to bring along: at most {MostFiles} files and {MostBytes / 1024 / 1024} MiB go with scripts. Put what it needs into a folder of its own."));
        }
    }

    // A line of psql with a backslash command: \ir tables.sql, \copy t FROM 'data.csv'.
    [GeneratedRegex(@"^.*\\[a-z].*$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex MetaCommand();
}
