using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IntegrationKit.Tests.Architecture;

/// <summary>Public types stand in the namespace IntegrationKit, internals in one that is named after their folder.</summary>
public sealed class NamespaceTests
{
    [Fact]
    public void Types_stand_in_the_namespace_of_their_kind()
    {
        var types = Repository.LibraryFiles.SelectMany(TypesIn).ToArray();

        Assert.Contains(types, each => each is { IsPublic: true, Name: "PostgresService" });
        Assert.Contains(types, each => each is { IsPublic: false, Namespace: "IntegrationKit.Orchestration" });
        Assert.Empty(types.Where(each => each.IsPublic != (each.Namespace == "IntegrationKit")).Select(each => $"{each.Namespace}.{each.Name}"));
        Assert.Empty(types.Where(each => !each.IsPublic && !each.FolderNamespace.StartsWith(each.Namespace, StringComparison.Ordinal))
            .Select(each => $"{each.Namespace}.{each.Name} stands in the folder of {each.FolderNamespace}"));
    }

    private static IEnumerable<Declared> TypesIn(string file)
    {
        var root = CSharpSyntaxTree.ParseText(File.ReadAllText(file), path: file).GetCompilationUnitRoot();
        var folder = Path.GetDirectoryName(Path.GetRelativePath(Repository.Library, file))!;
        return from space in root.Members.OfType<BaseNamespaceDeclarationSyntax>()
               from type in space.Members.OfType<BaseTypeDeclarationSyntax>()
               where !type.Modifiers.Any(SyntaxKind.FileKeyword)
               select new Declared(
                   space.Name.ToString(),
                   type.Identifier.Text,
                   type.Modifiers.Any(SyntaxKind.PublicKeyword),
                   $"IntegrationKit.{folder.Replace(Path.DirectorySeparatorChar, '.')}");
    }

    private sealed record Declared(string Namespace, string Name, bool IsPublic, string FolderNamespace);
}
