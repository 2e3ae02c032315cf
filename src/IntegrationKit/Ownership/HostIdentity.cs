using System.Security.Cryptography;
using System.Text;

namespace IntegrationKit.Ownership;

/// <summary>
/// Identifies where a process number means the same process: on the same machine, since the same boot, and in the same pid
/// namespace.
/// </summary>
internal static class HostIdentity
{
    /// <summary>A short hash, so that a label does not show the machine's id.</summary>
    public static string Current { get; } = Hash(
        Read("/etc/machine-id") ?? Environment.MachineName,
        Read("/proc/sys/kernel/random/boot_id") ?? string.Empty,
        LinkTarget("/proc/self/ns/pid") ?? string.Empty);

    private static string Hash(params string[] parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))).AsSpan(0, 8));

    private static string? Read(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? LinkTarget(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
