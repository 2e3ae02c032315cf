using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace IntegrationKit.Tests.Architecture;

/// <summary>PostgreSQL and Redis use nothing that the author of a service elsewhere does not have: their sources compile outside of the library.</summary>
public sealed class OpenShapeTests
{
    private const string ImplicitUsings =
        "global using System; global using System.IO; global using System.Linq; global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks; global using System.Collections.Generic;";

    // The newest language: the compiler's package may be older than the SDK.
    private static readonly CSharpParseOptions Language = new(LanguageVersion.Preview);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Postgres")]
    [InlineData("Redis")]
    public void Sources_of_a_service_compile_against_the_public_assembly(string service) => Assert.Empty(Errors(service));

    [Theory]
    [InlineData("new IntegrationKit.Diagnostics.Redactor()", "CS0122")]
    [InlineData("new IntegrationKit.RedisService().Run", "CS1061")]
    [InlineData("new IntegrationKit.StartContext(null, null, null, null, null)", "CS1729")]
    public void Use_of_something_internal_is_found(string expression, string id)
    {
        var error = Assert.Single(Errors("Redis", $"internal static class Outside {{ public static object Value => {expression}; }}"));

        Assert.Equal(id, error.Id);
    }

    private static IReadOnlyList<Diagnostic> Errors(string service, params IEnumerable<string> more)
    {
        var files = Repository.SourceFiles(Path.Combine(Repository.Library, "Services", service)).ToArray();
        Assert.NotEmpty(files);
        SyntaxTree[] trees =
        [
            .. files.Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), Language, file, cancellationToken: Cancellation)),
            .. more.Prepend(ImplicitUsings).Select(code => CSharpSyntaxTree.ParseText(code, Language, cancellationToken: Cancellation)),
        ];

        // Where the assembly has a type of the same name, the source's is meant (CS0436).
        var compilation = Repository.Compile("Outside", trees, OutputKind.DynamicallyLinkedLibrary, Repository.References);
        compilation = compilation.WithOptions(compilation.Options.WithSpecificDiagnosticOptions([new("INTEGRATIONKIT001", ReportDiagnostic.Suppress)]));
        CSharpGeneratorDriver.Create([RegexGenerator()], parseOptions: Language).RunGeneratorsAndUpdateCompilation(compilation, out var whole, out _, Cancellation);
        return [.. whole.GetDiagnostics(Cancellation).Where(each => each.Severity == DiagnosticSeverity.Error)];
    }

    private static ISourceGenerator RegexGenerator()
    {
        var path = typeof(OpenShapeTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "RegexGenerator").Value!;
        var generator = Assembly.LoadFrom(path).CreateInstance("System.Text.RegularExpressions.Generator.RegexGenerator")!;
        return ((IIncrementalGenerator)generator).AsSourceGenerator();
    }
}
