using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace IntegrationKit.Ownership;

/// <summary>A process that has not ended.</summary>
/// <param name="StartTime">
/// On Linux, clock ticks since boot; elsewhere, ticks of the start's UTC time. Null where this process may not read it.
/// </param>
internal sealed record RunningProcess(string? StartTime);

/// <summary>Finds processes by their number.</summary>
/// <param name="procFolder">Where Linux shows its processes.</param>
/// <param name="exists">Whether there is a process of this number, also where no more can be learned about it.</param>
internal sealed class ProcessTable(string procFolder, Func<int, bool> exists)
{
    // proc(5): field 22 of /proc/PID/stat; the fields after the name, which may hold spaces, begin with the third.
    private const int StartTimeField = 22 - 3;

    // The same number on Linux, macOS and the BSDs.
    private const int NoSuchProcess = 3;

    public static ProcessTable OfThisHost { get; } = new("/proc", Exists);

    /// <summary>Null where there is no such process.</summary>
    public RunningProcess? Find(int id)
    {
        // Mounted with hidepid, /proc does not show the processes of other users. A signal's delivery is checked all the same.
        if (OperatingSystem.IsLinux() && ReadStat(id) is { } stat)
        {
            // A zombie has ended; nobody has asked for its exit code yet.
            return stat[0] is "Z" or "X" ? null : new(stat[StartTimeField]);
        }

        return exists(id) ? new(OperatingSystem.IsLinux() ? null : ReadStartTime(id)) : null;
    }

    /// <summary>Whether there is a process of this number, by what the operating system says to a signal for it.</summary>
    public static bool Exists(int id)
    {
        if (!OperatingSystem.IsWindows())
        {
            // Signal 0 is not sent, only checked. Any other refusal, as EPERM, comes from a process that is there.
            return Kill(id, 0) == 0 || Marshal.GetLastPInvokeError() != NoSuchProcess;
        }

        try
        {
            using var process = Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string? ReadStartTime(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);

    private string[]? ReadStat(int id)
    {
        try
        {
            var stat = File.ReadAllText(Path.Combine(procFolder, id.ToString(CultureInfo.InvariantCulture), "stat"));
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
