using System.Diagnostics;
using System.Text;

namespace IntegrationKit.Ownership;

/// <summary>How the watchdog's process is started. It keeps none of its owner's streams and folders in use.</summary>
internal static class WatchdogStartInfo
{
    // Settings that tune, profile or debug the owner are not meant for the watchdog.
    private static readonly string[] RuntimeVariables = ["DOTNET_", "COMPlus_", "CORECLR_", "COR_"];

    public static ProcessStartInfo Of(WatchdogCommand command)
    {
        var start = new ProcessStartInfo(command.FileName, command.Arguments)
        {
            // All three: a test runner waits until the streams that it gave its test host are closed everywhere.
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = Encoding.ASCII,
            StandardOutputEncoding = Encoding.ASCII,
            StandardErrorEncoding = Encoding.ASCII,
            CreateNoWindow = true,

            // So that it keeps no folder from being removed.
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
