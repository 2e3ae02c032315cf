using System.Text.RegularExpressions;
using IntegrationKit.Tests.Architecture;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace IntegrationKit.Tests.Hosting;

/// <summary>The code in docs/hosting.md compiles, and its document loads.</summary>
public sealed partial class HostingPageTests
{
    private const string Usings =
        "global using System; global using System.Linq; global using System.Threading; global using System.Threading.Tasks; global using IntegrationKit;";

    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "hosting.md"));

    [Fact]
    public void Code_compiles()
    {
        var blocks = Blocks("csharp");

        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Empty(Errors(block)));
        Assert.NotEmpty(Errors("new TestInfrastructure().NoSuchMember();"));
    }

    [Fact]
    public void Document_loads()
    {
        var document = Assert.Single(Blocks("json"));

        var infra = Json.Load(document.Replace("""["schema.sql"]""", "[]", StringComparison.Ordinal));

        Assert.Equal(["api", "notifier", "postgres", "redis"], infra.Services.Select(each => each.Name));
        Assert.Equal([infra.Get("redis"), infra.Get("postgres")], infra.Get("notifier").GetDependencies());
    }

    private static string[] Blocks(string language) =>
        [.. Fence().Matches(Page).Where(each => each.Groups["language"].Value == language).Select(each => each.Groups["code"].Value)];

    private static IEnumerable<string> Errors(string code)
    {
        // The token that the page uses, after the usings.
        var given = code.Contains("using Microsoft", StringComparison.Ordinal)
            ? Regex.Replace(code, @"\A(?<usings>(using [\w.]+;\s+)+)", "${usings}CancellationToken cancellationToken = default;\n", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5))
            : "CancellationToken cancellationToken = default;\n" + code;
        SyntaxTree[] trees = [CSharpSyntaxTree.ParseText(Usings), CSharpSyntaxTree.ParseText(given)];
        return Repository.Compile("Page", trees, OutputKind.ConsoleApplication, Repository.References)
            .GetDiagnostics(TestContext.Current.CancellationToken)
            .Where(each => each.Severity == DiagnosticSeverity.Error)
            .Select(each => each.ToString());
    }

    [GeneratedRegex("^```(?<language>\\w+)\r?\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fence();
}
