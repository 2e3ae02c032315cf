using IntegrationKit.Ownership;

namespace IntegrationKit.Tests.Ownership;

public sealed class WatchdogCommandTests
{
    private const string FileName = "IntegrationKit.Watchdog.dll";

    [Fact]
    public void Watchdog_is_in_the_folder_of_the_library()
    {
        var command = WatchdogCommand.Find();

        Assert.Equal(Path.Combine(Path.GetDirectoryName(typeof(WatchdogCommand).Assembly.Location)!, FileName), command.Arguments[^1]);
    }

    [Fact]
    public void Folder_of_the_library_is_searched_before_the_folder_of_the_program()
    {
        var both = WatchdogCommand.Find(["library", "program"], Host(exists: true), _ => true);
        var one = WatchdogCommand.Find(["library", "program"], Host(exists: true), file => file.StartsWith("program", StringComparison.Ordinal));

        Assert.Equal(Path.Combine("library", FileName), both.Arguments[^1]);
        Assert.Equal(Path.Combine("program", FileName), one.Arguments[^1]);
    }

    [Fact]
    public void Program_in_a_single_file_has_no_folder_of_the_library()
    {
        var missing = Assert.Throws<FileNotFoundException>(() => WatchdogCommand.Find([string.Empty, "program"], Host(exists: true), _ => false));

        Assert.Equal($"{FileName} is not in program", missing.Message);
    }

    [Fact]
    public void Missing_host_is_named()
    {
        var missing = Assert.Throws<FileNotFoundException>(() => WatchdogCommand.Find(["library"], Host(exists: false), _ => true));

        Assert.Contains("DOTNET_ROOT", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_shell_it_is_started_directly()
    {
        var command = WatchdogCommand.Find(["library"], Host(exists: true), file => file.EndsWith(FileName, StringComparison.Ordinal));

        Assert.Equal(Host(exists: true).Find(), command.FileName);
        Assert.Equal(["exec", Path.Combine("library", FileName)], command.Arguments);
    }

    private static WatchdogHost Host(bool exists) => new("runtime", _ => null, _ => exists);
}
