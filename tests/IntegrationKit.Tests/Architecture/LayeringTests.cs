using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IntegrationKit.Tests.Architecture;

/// <summary>The folders of the library use each other downwards only, as ARCHITECTURE.md says.</summary>
public sealed class LayeringTests
{
    private const string Root = "TestInfrastructure";

    // How a launcher works is known to nobody but the facade, which makes it.
    private const string Containers = "Launching/Containers";

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Diagnostics"] = [],
        ["Limits"] = ["Diagnostics"],
        ["Engine"] = ["Diagnostics"],
        ["Readiness"] = ["Limits", "Diagnostics"],
        ["Ownership"] = ["Engine", "Diagnostics"],
        ["Launching"] = ["Readiness", "Limits", "Diagnostics"],
        [Containers] = ["Launching", "Engine", "Readiness", "Ownership", "Limits", "Diagnostics"],
        ["Sharing"] = ["Launching", "Readiness", "Limits", "Diagnostics"],
        ["Model"] = ["Launching", "Readiness", "Limits", "Diagnostics"],
        ["Orchestration"] = ["Model", "Launching", "Limits", "Diagnostics"],
        ["HttpMock"] = ["Model", "Diagnostics"],
        ["Services"] = ["Model", "Sharing", "Launching", "Readiness", "Limits", "Diagnostics"],
        ["Suites"] = [Root, "Services", "HttpMock", "Model", "Diagnostics"],
        ["Hosting"] = [Root, "Services", "HttpMock", "Orchestration", "Model", "Launching", "Readiness", "Diagnostics"],
        [Root] = ["Services", "HttpMock", "Orchestration", "Model", "Sharing", Containers, "Launching", "Ownership", "Diagnostics"],
    };

    [Fact]
    public void Library_folders_use_only_the_folders_below_them()
    {
        var edges = FindEdges();

        Assert.True(edges.Count > 10, "The test has found hardly any edge: it looks at the wrong place.");
        var forbidden = edges
            .Where(edge => !Allowed.TryGetValue(edge.From, out var below) || !below.Contains(edge.To))
            .Select(edge => $"{edge.From} -> {edge.To}: {edge.Example}");
        Assert.Empty(forbidden);
    }

    [Fact]
    public void Allowed_edges_have_no_cycle()
    {
        var finished = new HashSet<string>();
        Assert.All(Allowed.Keys, folder => Visit(folder, []));

        void Visit(string folder, string[] path)
        {
            Assert.DoesNotContain(folder, path);
            if (finished.Add(folder))
            {
                foreach (var below in Allowed[folder])
                {
                    Visit(below, [.. path, folder]);
                }
            }
        }
    }

    private static List<(string From, string To, string Example)> FindEdges()
    {
        var trees = Repository.LibraryFiles.Select(file => CSharpSyntaxTree.ParseText(ImplicitUsings + File.ReadAllText(file), path: file)).ToArray();
        var references = Repository.References.Where(each => Path.GetFileName(each.Display) != "IntegrationKit.dll");
        var compilation = Repository.Compile("Library", trees, OutputKind.DynamicallyLinkedLibrary, references);

        var edges = new Dictionary<(string, string), string>();
        foreach (var tree in trees)
        {
            var model = compilation.GetSemanticModel(tree);
            foreach (var name in tree.GetRoot(TestContext.Current.CancellationToken).DescendantNodes().OfType<SimpleNameSyntax>())
            {
                var symbol = model.GetSymbolInfo(name, TestContext.Current.CancellationToken).Symbol;
                var type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
                foreach (var declared in type?.DeclaringSyntaxReferences ?? [])
                {
                    var (from, to) = (FolderOf(tree.FilePath), FolderOf(declared.SyntaxTree.FilePath));
                    if (from != to)
                    {
                        edges.TryAdd((from, to), $"{Path.GetFileName(tree.FilePath)} uses {type!.Name}");
                    }
                }
            }
        }

        return [.. edges.Select(edge => (edge.Key.Item1, edge.Key.Item2, edge.Value))];
    }

    private static string FolderOf(string path)
    {
        var parts = Path.GetRelativePath(Repository.Library, path).Split(Path.DirectorySeparatorChar);
        return parts switch
        {
            [var file] => file.Split('.')[0],
            ["Launching", "Containers", _] => Containers,
            _ => parts[0],
        };
    }

    private const string ImplicitUsings =
        "using System; using System.IO; using System.Linq; using System.Net.Http; using System.Threading; using System.Threading.Tasks; using System.Collections.Generic;\n";
}
