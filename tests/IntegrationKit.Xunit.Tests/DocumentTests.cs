using System.Text.RegularExpressions;

namespace IntegrationKit.AdapterTests;

/// <summary>The code in the documents is part of a scenario, so it compiles and runs with both versions.</summary>
public sealed partial class DocumentTests
{
    [Theory]
    [InlineData("docs/xunit.md")]
    [InlineData("docs/writing-a-service.md")]
    [InlineData("src/IntegrationKit.Xunit/README.md")]
    [InlineData("src/IntegrationKit.Xunit.V3/README.md")]
    public void Code_of_the_document_stands_in_a_scenario(string document)
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests/XunitProjects/Sources/Engine"), "*.cs").Select(File.ReadAllText).ToArray();
        var blocks = Block().Matches(File.ReadAllText(Path.Combine(Repository.Root, document))).Select(each => each.Groups["code"].Value).ToArray();

        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Contains(sources, source => source.Contains(block, StringComparison.Ordinal)));
    }

    /// <summary>The smallest working test has 14 lines of code and four concepts.</summary>
    [Fact]
    public void Smallest_test_is_small()
    {
        var lines = File.ReadLines(Path.Combine(Repository.Root, "tests/XunitProjects/Sources/Engine/Smallest.cs"))
            .Count(each => each.Trim() is { Length: > 0 } line && !line.StartsWith("namespace", StringComparison.Ordinal));

        Assert.Equal(14, lines);
    }

    [GeneratedRegex("^```csharp\r?\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Block();
}
