using Microsoft.Win32.SafeHandles;

namespace IntegrationKit.Watchdog;

/// <summary>The streams from and to the owner.</summary>
internal static class StandardStreams
{
    // On Unix the Console class is not used: it would set up a terminal, which there is none of, and handlers for signals.
    public static Stream OpenInput() => OperatingSystem.IsWindows() ? WindowsStreams.OpenInput() : Open(0, FileAccess.Read);

    public static Stream OpenOutput() => OperatingSystem.IsWindows() ? WindowsStreams.OpenOutput() : Open(1, FileAccess.Write);

    private static FileStream Open(nint descriptor, FileAccess access) =>
        new(new SafeFileHandle(descriptor, ownsHandle: false), access, bufferSize: 0);

    // In a class of its own, so that the console's assembly is loaded on Windows only.
    private static class WindowsStreams
    {
        public static Stream OpenInput() => Console.OpenStandardInput();

        public static Stream OpenOutput() => Console.OpenStandardOutput();
    }
}
