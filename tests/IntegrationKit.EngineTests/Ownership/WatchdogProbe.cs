using System.Globalization;

namespace IntegrationKit.EngineTests.Ownership;

/// <summary>Reads in /proc what Linux tells about a process.</summary>
internal static class WatchdogProbe
{

    public static bool IsAlive(int process) => Stat(process) is [not ("Z" or "X"), ..];

    public static int ParentOf(int process) => int.Parse(Stat(process)![1], CultureInfo.InvariantCulture);

    /// <summary>Whether a process has a child that has ended and is not reaped.</summary>
    public static bool HasZombie(int parent) =>
        Directory.GetDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var process) ? Stat(process) : null)
            .Any(stat => stat is ["Z", var of, ..] && int.Parse(of, CultureInfo.InvariantCulture) == parent);

    /// <summary>The session that the process belongs to.</summary>
    public static int SessionOf(int process) => int.Parse(Stat(process)![3], CultureInfo.InvariantCulture);

    /// <summary>The processor time that all its threads have used.</summary>
    public static TimeSpan CpuOf(int process) => TimeSpan.FromMicroseconds(Directory
        .GetDirectories($"/proc/{process}/task")
        .Sum(thread => double.Parse(File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture)) / 1000);

    /// <summary>The most memory that it has used, in KiB; null where it has ended.</summary>
    public static long? PeakMemoryOf(int process) =>
        Read(process, "status")?.Split('\n').FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)) is { } line
            ? long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
            : null;

    // From the third field on: the second, the name, may contain anything.
    private static string[]? Stat(int process) => Read(process, "stat") is { } stat ? stat[(stat.LastIndexOf(')') + 2)..].Split(' ') : null;

    private static string? Read(int process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}");
        }
        catch (IOException)
        {
            return null;
        }
    }
}
