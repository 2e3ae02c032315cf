using System.Formats.Tar;
using System.Text;

namespace IntegrationKit.Launching.Containers;

/// <summary>The files of a description, which are copied into a container between its creation and its start.</summary>
internal static class ContainerFiles
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Why the files cannot be put there, a sentence each.</summary>
    /// <param name="paths">Their paths.</param>
    /// <param name="inMemory">Folders of the container that are kept in memory: they are mounted at the start, and empty then.</param>
    public static IEnumerable<string> FindProblems(IEnumerable<string> paths, IReadOnlyCollection<string> inMemory)
    {
        foreach (var path in paths)
        {
            if (!path.StartsWith('/') || path.Split('/').Skip(1).Any(part => part is "" or "." or ".."))
            {
                yield return $"Files has '{path}'; it must be the absolute path of a file in the container, without '.' and '..'.";
            }
            else if (inMemory.FirstOrDefault(folder => path.StartsWith(folder.TrimEnd('/') + '/', StringComparison.Ordinal)) is { } folder)
            {
                yield return $"Files has '{path}', but {folder} is kept in memory and empty at the start. Put the file somewhere else.";
            }
        }
    }

    /// <summary>An archive that is unpacked at the root of the container. Every user in it may read the files.</summary>
    public static async Task<Stream> PackAsync(IReadOnlyDictionary<string, string> files, CancellationToken cancellationToken)
    {
        var archive = new MemoryStream();
        var tar = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true);
        await using (tar.ConfigureAwait(false))
        {
            foreach (var (path, content) in files)
            {
                var entry = new PaxTarEntry(TarEntryType.RegularFile, path.TrimStart('/')) { Mode = Readable, DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) };
                await tar.WriteEntryAsync(entry, cancellationToken).ConfigureAwait(false);
            }
        }

        archive.Position = 0;
        return archive;
    }
}
