using IntegrationKit.Ownership;

namespace IntegrationKit.Tests.Ownership;

public sealed class WatchdogHostTests
{
    private static readonly string Name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
    private static readonly string Root = Path.GetFullPath(Path.Combine(Path.GetTempPath(), "dotnet-hosts"));
    private static readonly string Beside = Path.Combine(Root, "running", Name);
    private static readonly string InRoot = Path.Combine(Root, "root", Name);
    private static readonly string InPath = Path.Combine(Root, "path", Name);

    [Fact]
    public void Host_beside_the_running_runtime_comes_first_then_the_variable_then_the_path()
    {
        Assert.Equal(Beside, Find(Beside, InRoot, InPath));
        Assert.Equal(InRoot, Find(InRoot, InPath));
        Assert.Equal(InPath, Find(InPath));
        Assert.Null(Find());
    }

    [Fact]
    public void Relative_folders_of_the_path_are_left_out()
    {
        var host = new WatchdogHost(Root, name => name == "PATH" ? "tools" : null, file => file == Path.Combine("tools", Name));

        Assert.Null(host.Find());
    }

    [Fact]
    public void Host_of_this_process_is_there() => Assert.True(File.Exists(WatchdogHost.OfThisProcess.Find()));

    private static string? Find(params string[] files)
    {
        var runtime = Path.Combine(Root, "running", "shared", "Microsoft.NETCore.App", "10.0.0") + Path.DirectorySeparatorChar;
        return new WatchdogHost(runtime, Variable, files.Contains).Find();

        static string? Variable(string name) => name switch
        {
            "DOTNET_ROOT" => Path.Combine(Root, "root"),
            "PATH" => string.Join(Path.PathSeparator, Path.Combine(Root, "nothing"), Path.Combine(Root, "path")),
            _ => null,
        };
    }
}
