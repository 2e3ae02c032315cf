using System.Runtime.InteropServices;

namespace IntegrationKit.Watchdog;

/// <summary>Protects the process from what may end its owner: a Ctrl-C, a closed terminal, a signal to the process group.</summary>
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

        // Fails only where the process leads a group of its own already, which is as good.
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
