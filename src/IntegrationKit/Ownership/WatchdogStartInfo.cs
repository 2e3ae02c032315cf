using System.Diagnostics;
using System.Text;

namespace IntegrationKit.Ownership;

/// <summary>The circumstances in which the watchdog runs: nothing of its owner's is held by it.</summary>
internal static class WatchdogStartInfo
{
    // What tunes, profiles or debugs the owner is not meant for the watchdog.
    private static readonly string[] RuntimeVariables = ["DOTNET_", "COMPlus_", "CORECLR_", "COR_"];

    public static ProcessStartInfo Of(WatchdogCommand command)
    {
        var start = new ProcessStartInfo(command.FileName, command.Arguments)
        {
            // All three: a test runner waits until nobody holds the streams that it gave its test host.
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = Encoding.ASCII,
            StandardOutputEncoding = Encoding.ASCII,
            StandardErrorEncoding = Encoding.ASCII,
            CreateNoWindow = true,

            // In nobody's way when folders are removed.
            WorkingDirectory = Path.GetPathRoot(AppContext.BaseDirectory),
        };
        Clean(start.Environment);
        return start;
    }

    public static void Clean(IDictionary<string, string?> environment)
    {
        foreach (var name in environment.Keys.Where(IsForTheRuntime).ToArray())
        {
            environment.Remove(name);
        }

        // No diagnostics port: it costs the start a thread, and a file in the temporary folder.
        environment["DOTNET_EnableDiagnostics"] = "0";
    }

    private static bool IsForTheRuntime(string name) =>
        RuntimeVariables.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) &&
        !name.StartsWith("DOTNET_ROOT", StringComparison.OrdinalIgnoreCase);
}
