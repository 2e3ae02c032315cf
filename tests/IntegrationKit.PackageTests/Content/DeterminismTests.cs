using IntegrationKit.PackageTests.Support;

namespace IntegrationKit.PackageTests.Content;

/// <summary>The same sources give the same bytes.</summary>
public sealed class DeterminismTests(PackedFeed feed)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    // The folders that hold what a package is made from.
    private static readonly string[] Folders = ["src", "eng"];

    // They take half of the time, and have no part in what comes out.
    private static readonly Dictionary<string, string?> NoAnalyzers = new(StringComparer.Ordinal) { ["RunAnalyzers"] = "false" };

    [Fact]
    public async Task Plain_dotnet_pack_in_another_folder_makes_the_same_packages()
    {
        var copy = Repository.MakeFolder();
        try
        {
            CopySources(copy);
            await Command.RunAsync(copy, NoAnalyzers, Limit,
                "dotnet", "pack", "Packages.slnx", "--nologo", "--verbosity", "minimal", "--output", "packages", $"-p:Version={feed.Version}");

            foreach (var name in PackedFeed.Names)
            {
                AssertSame(feed.Open(name), new(Path.Combine(copy, "packages", $"{name}.{feed.Version}.nupkg")));
                AssertSame(feed.OpenSymbols(name), new(Path.Combine(copy, "packages", $"{name}.{feed.Version}.snupkg")));
            }
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    /// <summary>
    /// The generator of log messages writes the classes of an assembly in an order that changes from build to build
    /// (dotnet/runtime#119587), so that only assemblies with one such class are deterministic.
    /// </summary>
    [Fact]
    public void Log_messages_of_an_assembly_stand_in_one_class()
    {
        foreach (var project in Directory.GetDirectories(Path.Combine(Repository.Root, "src")))
        {
            var files = Sources(project).Where(each => each.EndsWith(".cs", StringComparison.Ordinal) && File.ReadAllText(each).Contains("[LoggerMessage(", StringComparison.Ordinal));
            Assert.True(files.Count() <= 1, $"Log messages in several classes: {string.Join(", ", files)}");
        }
    }

    private static void AssertSame(PackageFile expected, PackageFile actual)
    {
        Assert.Equal(expected.Entries, actual.Entries);
        Assert.All(expected.Entries, entry => Assert.True(expected.Read(entry).AsSpan().SequenceEqual(actual.Read(entry)), $"{entry} differs."));
    }

    private static void CopySources(string copy)
    {
        foreach (var file in Folders.SelectMany(each => Sources(Path.Combine(Repository.Root, each))).Concat(Directory.GetFiles(Repository.Root)))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(Repository.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        // The commit and the remote are those of the clone.
        var clone = Path.Combine(Repository.Root, ".git");
        if (Directory.Exists(clone))
        {
            File.WriteAllText(Path.Combine(copy, ".git"), $"gitdir: {clone}\n");
        }

        string[] names = [.. PackedFeed.Names, "IntegrationKit.Watchdog"];
        var projects = names.Select(name => $"""<Project Path="src/{name}/{name}.csproj" />""");
        File.WriteAllText(Path.Combine(copy, "Packages.slnx"), $"<Solution>{string.Concat(projects)}</Solution>");
    }

    private static IEnumerable<string> Sources(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Where(file => !Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));
}
