using System.Text.RegularExpressions;

namespace IntegrationKit.AdapterTests;

/// <summary>The code in the documents is part of a scenario, so it compiles and runs with both versions.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] Folders = ["Engine", "OwnServices"];

    [Theory]
    [InlineData("docs/xunit.md")]
    [InlineData("docs/writing-a-service.md")]
    [InlineData("src/IntegrationKit.Xunit/README.md")]
    [InlineData("src/IntegrationKit.Xunit.V3/README.md")]
    public void Code_of_the_document_stands_in_a_scenario(string document)
    {
        var sources = Folders
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests/XunitProjects/Sources", folder), "*.cs"))
            .Select(file => Flat(File.ReadAllText(file))).ToArray();
        var blocks = Blocks(document);

        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Contains(sources, source => source.Contains(Flat(block), StringComparison.Ordinal)));
    }

    /// <summary>Blank lines and usings are not counted.</summary>
    [Theory]
    [InlineData("MemcachedService", 20)]
    [InlineData("NatsService", 80)]
    public void Service_of_the_page_is_small(string service, int most)
    {
        var block = Assert.Single(Blocks("docs/writing-a-service.md"), each => each.Contains($"class {service}", StringComparison.Ordinal));

        Assert.InRange(block.Split('\n').Count(each => each.Trim() is { Length: > 0 } line && !line.StartsWith("using ", StringComparison.Ordinal)), 10, most);
    }

    /// <summary>The smallest working test has 14 lines of code and four concepts.</summary>
    [Fact]
    public void Smallest_test_is_small()
    {
        var lines = File.ReadLines(Path.Combine(Repository.Root, "tests/XunitProjects/Sources/Engine/Smallest.cs"))
            .Count(each => each.Trim() is { Length: > 0 } line && !line.StartsWith("namespace", StringComparison.Ordinal));

        Assert.Equal(14, lines);
    }

    private static string[] Blocks(string document) =>
        [.. Block().Matches(File.ReadAllText(Path.Combine(Repository.Root, document))).Select(each => each.Groups["code"].Value)];

    /// <summary>Whole lines, without what differs between a document and a file: indentation, blank lines, the namespace.</summary>
    private static string Flat(string code)
    {
        var lines = code.Split('\n').Select(each => each.Trim()).Where(each => each.Length > 0 && !each.StartsWith("namespace ", StringComparison.Ordinal));
        return $"\n{string.Join('\n', lines)}\n";
    }

    [GeneratedRegex("^```csharp\r?\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Block();
}
