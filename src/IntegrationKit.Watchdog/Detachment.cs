using System.Runtime.InteropServices;

namespace IntegrationKit.Watchdog;

/// <summary>Takes the process out of reach of what ends its owner: a Ctrl-C, a closed terminal, a killed process group.</summary>
internal static class Detachment
{
    private const nint Ignore = 1;

    // SIGHUP, SIGINT, SIGQUIT and SIGTERM have these numbers on every system.
    private static readonly int[] Signals = [1, 2, 3, 15];

    public static void Detach()
    {
        if (OperatingSystem.IsWindows())
        {
            // Started without a window it shares no console with its owner.
            return;
        }

        // Fails only for the leader of a process group, which is out of reach already.
        _ = SetSid();
        foreach (var signal in Signals)
        {
            _ = Signal(signal, Ignore);
        }
    }

    [DllImport("libc", EntryPoint = "setsid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetSid();

    [DllImport("libc", EntryPoint = "signal")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Signal(int number, nint handler);
}
