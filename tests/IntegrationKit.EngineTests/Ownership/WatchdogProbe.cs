using System.Globalization;

namespace IntegrationKit.EngineTests.Ownership;

/// <summary>Looks at a watchdog's process from outside, by what Linux tells about it.</summary>
internal static class WatchdogProbe
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static bool IsAlive(int process) =>
        Read(process, "stat") is { } stat && Fields(stat)[0] is not ("Z" or "X");

    /// <summary>The session that the process belongs to.</summary>
    public static int SessionOf(int process) => int.Parse(Fields(Read(process, "stat")!)[3], CultureInfo.InvariantCulture);

    public static int ParentOf(int process) => int.Parse(Fields(Read(process, "stat")!)[1], CultureInfo.InvariantCulture);

    /// <summary>Nanoseconds of CPU that all its threads have used.</summary>
    public static long CpuOf(int process) =>
        Directory.GetDirectories($"/proc/{process}/task").Sum(task => long.Parse(File.ReadAllText(Path.Combine(task, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture));

    /// <summary>The most memory that it has had, in KiB.</summary>
    public static long PeakMemoryOf(int process) =>
        long.Parse(Read(process, "status")!.Split('\n').First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    public static Task UntilAsync(Func<bool> condition, TimeSpan limit) => UntilAsync(() => Task.FromResult(condition()), limit);

    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan limit)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begin) < limit, $"Not so within {limit.TotalSeconds} s.");
            await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    // From the third field on: the second, the name, may hold anything.
    private static string[] Fields(string stat) => stat[(stat.LastIndexOf(')') + 2)..].Split(' ');

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
