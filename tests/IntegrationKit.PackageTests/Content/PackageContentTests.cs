using System.Text;
using IntegrationKit.PackageTests.Support;

namespace IntegrationKit.PackageTests.Content;

/// <summary>What is in the packages, and what they say of themselves.</summary>
public sealed class PackageContentTests(PackedFeed feed)
{
    public static TheoryData<string> Names => new(PackedFeed.Names);

    [Fact]
    public void Feed_has_every_package_with_its_symbols_and_nothing_else() => Assert.Equal(
        PackedFeed.Names.SelectMany(name => new[] { $"{name}.{feed.Version}.nupkg", $"{name}.{feed.Version}.snupkg" }).Order(StringComparer.Ordinal),
        Directory.GetFiles(feed.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Package_holds_the_files_that_were_decided(string name) => Repository.AssertListed(
        $"{name}.txt", [.. feed.Open(name).Entries, "", "# symbols", .. feed.OpenSymbols(name).Entries]);

    [Theory]
    [MemberData(nameof(Names))]
    public void Package_says_who_what_and_under_which_licence(string name)
    {
        var metadata = feed.Open(name).Metadata;

        Assert.Equal(name, metadata.Element("id")!.Value);
        Assert.Equal(feed.Version, metadata.Element("version")!.Value);
        Assert.Equal("IntegrationKit contributors", metadata.Element("authors")!.Value);
        Assert.Equal("MIT", metadata.Element("license")!.Value);
        Assert.Equal("README.md", metadata.Element("readme")!.Value);
        Assert.Contains("integration-testing", metadata.Element("tags")!.Value.Split(' '));
        Assert.InRange(metadata.Element("description")!.Value.Length, 40, 300);
        Assert.All(
            metadata.Descendants("dependency").Where(each => each.Attribute("id")!.Value.StartsWith("IntegrationKit", StringComparison.Ordinal)),
            each => Assert.Equal(feed.Version, each.Attribute("version")!.Value));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Package_names_the_commit_that_it_is_made_from(string name)
    {
        Assert.SkipUnless(Path.Exists(Path.Combine(Repository.Root, ".git")), "The sources lie in no clone.");

        var commit = feed.Open(name).Metadata.Element("repository")!.Attribute("commit")!.Value;

        Assert.EndsWith($"+{commit}", feed.FullVersion, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Package_has_a_readme_of_its_own_whose_links_work_anywhere(string name)
    {
        var readme = feed.Open(name).ReadText("README.md");

        Assert.StartsWith($"# {name}\n", readme.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.All(readme.Split("](").Skip(1), each => Assert.StartsWith("http", each, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Package_documents_its_members(string name) =>
        Assert.Contains("<member name=\"T:IntegrationKit.", feed.Open(name).ReadText($"lib/net10.0/{name}.xml"), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Names))]
    public void Package_names_no_folder_of_the_machine_that_made_it(string name)
    {
        foreach (var package in new[] { feed.Open(name), feed.OpenSymbols(name) })
        {
            foreach (var entry in package.Entries)
            {
                var bytes = package.Read(entry);
                Assert.False(Holds(bytes, Encoding.UTF8), $"{entry} names {Repository.Root}");
                Assert.False(Holds(bytes, Encoding.Unicode), $"{entry} names {Repository.Root}");
            }
        }
    }

    [Fact]
    public void Readme_of_the_library_shows_what_the_console_consumer_runs()
    {
        var program = File.ReadAllLines(Path.Combine(Repository.Tests, "Consumers", "Console", "Program.cs"));
        var code = feed.Open("IntegrationKit").ReadText("README.md").Split("```")[1].Split('\n')[1..^1];

        Assert.All(code, line => Assert.Contains(line, program));
    }

    private static bool Holds(byte[] bytes, Encoding encoding) => bytes.AsSpan().IndexOf(encoding.GetBytes(Repository.Root)) >= 0;
}
