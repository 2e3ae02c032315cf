using IntegrationKit.Ownership;

namespace IntegrationKit.Tests.Ownership;

public sealed class WatchdogStartInfoTests
{
    [Fact]
    public void No_stream_or_folder_of_the_owner_is_kept()
    {
        var start = WatchdogStartInfo.Of(new("program", ["argument"]));

        Assert.True(start is { RedirectStandardInput: true, RedirectStandardOutput: true, RedirectStandardError: true, CreateNoWindow: true });
        Assert.Equal(Path.GetPathRoot(Path.GetFullPath(".")), start.WorkingDirectory);
    }

    [Fact]
    public void Settings_of_the_owners_runtime_stay_with_it()
    {
        var environment = new Dictionary<string, string?>
        {
            ["DOTNET_STARTUP_HOOKS"] = "hook.dll",
            ["DOTNET_gcServer"] = "1",
            ["DOTNET_DiagnosticPorts"] = "/tmp/port",
            ["CORECLR_ENABLE_PROFILING"] = "1",
            ["COR_PROFILER"] = "{0}",
            ["COMPlus_ReadyToRun"] = "0",
            ["DOTNET_ROOT"] = "/dotnet",
            ["DOTNET_ROOT_X64"] = "/dotnet",
            ["HOME"] = "/home/me",
        };

        WatchdogStartInfo.Clean(environment);

        Assert.Equal(["DOTNET_EnableDiagnostics", "DOTNET_ROOT", "DOTNET_ROOT_X64", "HOME"], environment.Keys.Order(StringComparer.Ordinal));
    }
}
