using System.Globalization;

namespace IntegrationKit.Diagnostics;

/// <summary>Finds the process of this machine that listens on a port. Linux only, and only processes that this one may look at.</summary>
internal static class ListeningProcess
{
    private const string Listening = "0A";
    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>For example <c>another program: 'nginx' (process 4711)</c>; null if it is not found.</summary>
    public static string? Find(int port)
    {
        var sockets = Tables.SelectMany(table => SocketsOn(port, table)).ToHashSet(StringComparer.Ordinal);
        var holder = sockets.Count == 0 ? null : Directory.EnumerateDirectories("/proc")
            .Where(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .FirstOrDefault(folder => HasOneOf(sockets, folder));
        return holder is null ? null : $"another program: '{ReadName(holder)}' (process {Path.GetFileName(holder)})";
    }

    // Columns: number, local address, remote one, state, queues, timer, retransmissions, user, timeout, inode.
    private static IEnumerable<string> SocketsOn(int port, string table) => !File.Exists(table)
        ? []
        : File.ReadLines(table).Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(row => row is [_, var local, _, Listening, _, _, _, _, _, _, ..] && local.EndsWith($":{port:X4}", StringComparison.Ordinal))
            .Select(row => $"socket:[{row[9]}]");

    private static bool HasOneOf(HashSet<string> sockets, string process)
    {
        try
        {
            return new DirectoryInfo(Path.Combine(process, "fd")).EnumerateFileSystemInfos().Any(file => file.LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or belongs to another user.
            return false;
        }
    }

    private static string ReadName(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "comm")).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "unknown";
        }
    }
}
