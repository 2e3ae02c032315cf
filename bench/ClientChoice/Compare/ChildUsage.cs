using System.Runtime.InteropServices;

/// <summary>User and system time of all children that have ended (getrusage with RUSAGE_CHILDREN, 64-bit Linux).</summary>
internal static class ChildUsage
{
    public static TimeSpan Cpu()
    {
        var usage = new long[18];
        if (GetRUsage(-1, usage) != 0) throw new InvalidOperationException("getrusage failed.");
        return TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3]);
    }

    [DllImport("libc", EntryPoint = "getrusage")]
    private static extern int GetRUsage(int who, [Out] long[] usage);
}
