using System.Runtime.InteropServices;

namespace IntegrationKit.Ownership;

/// <summary>Finds the <c>dotnet</c> host, which runs the watchdog.</summary>
/// <param name="runtimeFolder">The folder of the running runtime, as in <c>…/shared/Microsoft.NETCore.App/10.0.0/</c>.</param>
/// <param name="environment">Reads an environment variable; null where it is not set.</param>
/// <param name="exists">Whether there is such a file.</param>
internal sealed class WatchdogHost(string runtimeFolder, Func<string, string?> environment, Func<string, bool> exists)
{
    private static readonly string FileName = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";

    public static WatchdogHost OfThisProcess { get; } = new(RuntimeEnvironment.GetRuntimeDirectory(), Environment.GetEnvironmentVariable, File.Exists);

    /// <summary>Its full path, or null where there is none.</summary>
    public string? Find() => Candidates().FirstOrDefault(exists);

    private IEnumerable<string> Candidates()
    {
        // The host beside the running runtime has a runtime that fits. A self-contained program has no host there.
        yield return Path.GetFullPath(Path.Combine(runtimeFolder, "..", "..", "..", FileName));
        if (environment("DOTNET_ROOT") is { Length: > 0 } root)
        {
            yield return Path.Combine(root, FileName);
        }

        foreach (var folder in (environment("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            if (Path.IsPathFullyQualified(folder))
            {
                yield return Path.Combine(folder, FileName);
            }
        }
    }
}
