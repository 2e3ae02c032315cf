using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace IntegrationKit.Ownership;

/// <summary>A process by its number and the moment of its start: numbers are used again.</summary>
/// <param name="Id">The process number.</param>
/// <param name="StartTime">On Linux, clock ticks since boot; elsewhere, ticks of the start's UTC time.</param>
internal readonly record struct OwnerProcess(int Id, string StartTime)
{
    // proc(5): field 22 of /proc/PID/stat; the fields after the name, which may hold spaces, begin with the third.
    private const int StartTimeField = 22 - 3;

    public static OwnerProcess Current { get; } = new(Environment.ProcessId, StartTimeOf(Environment.ProcessId) ?? string.Empty);

    /// <summary>Whether this very process still runs.</summary>
    public bool IsAlive => StartTimeOf(Id) == StartTime;

    private static string? StartTimeOf(int id)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                // A zombie has ended; nobody has asked for its exit code yet.
                return fields[0] is "Z" or "X" ? null : fields[StartTimeField];
            }

            using var process = Process.GetProcessById(id);
            return process.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }
}
