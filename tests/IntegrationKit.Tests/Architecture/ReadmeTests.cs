using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace IntegrationKit.Tests.Architecture;

/// <summary>What the documents show compiles.</summary>
public sealed partial class ReadmeTests
{
    private const string Usings =
        "using System; using System.IO; using System.Linq; using System.Net.Http; using System.Threading; using System.Threading.Tasks; using System.Collections.Generic; using IntegrationKit; using Xunit;\n";

    private const string Given = "CancellationToken cancellationToken = default;\n";

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/services.md")]
    public void Readme_code_compiles(string file)
    {
        var blocks = CSharpBlocks().Matches(File.ReadAllText(Path.Combine(Repository.Root, file))).Select(match => match.Groups["code"].Value).ToArray();

        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Empty(Errors(block)));
    }

    [Fact]
    public void Readme_is_short() => Assert.InRange(File.ReadLines(Path.Combine(Repository.Root, "README.md")).Count(), 20, 150);

    [Fact]
    public void Code_that_does_not_compile_is_found() => Assert.NotEmpty(Errors("new TestInfrastructure().NoSuchMember();"));

    private static IEnumerable<string> Errors(string code)
    {
        var tree = CSharpSyntaxTree.ParseText(Usings + Given + code, cancellationToken: TestContext.Current.CancellationToken);
        return Repository.Compile("Readme", [tree], OutputKind.ConsoleApplication, Repository.References)
            .GetDiagnostics(TestContext.Current.CancellationToken)
            .Where(each => each.Severity == DiagnosticSeverity.Error)
            .Select(each => each.ToString());
    }

    [GeneratedRegex("^```csharp\r?\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex CSharpBlocks();
}
