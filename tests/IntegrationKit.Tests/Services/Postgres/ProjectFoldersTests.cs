using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Loader;
using IntegrationKit.Services.Postgres;
using IntegrationKit.Tests.Architecture;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace IntegrationKit.Tests.Services.Postgres;

/// <summary>The notes that assemblies carry of their projects' folders.</summary>
public sealed class ProjectFoldersTests
{
    private static readonly string Folder = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);

    [Fact]
    public void Folders_come_in_the_order_of_the_assemblies_and_each_once()
    {
        var parent = Path.GetDirectoryName(Folder)!;

        Assert.Equal([Folder, parent], ProjectFolders.In([WithNote(Folder), typeof(object).Assembly, WithNote(parent), WithNote(Folder)]));
    }

    [Theory]
    [InlineData("/no/such/folder")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("/a\0b")]
    [InlineData(@"Z:\of\another\machine")]
    public void Note_that_names_no_folder_of_this_machine_is_passed_over(string note) => Assert.Empty(ProjectFolders.In([WithNote(note)]));

    [Fact]
    public void Assembly_whose_attributes_cannot_be_read_is_passed_over()
    {
        var loader = new AssemblyLoadContext(nameof(ProjectFoldersTests), isCollectible: true);
        var missing = Compile("Missing", "public sealed class MissingAttribute : System.Attribute;", Repository.References);
        var broken = loader.LoadFromStream(new MemoryStream(Compile("Broken", "[assembly: Missing]", [.. Repository.References, MetadataReference.CreateFromImage(missing)])));
        Assert.ThrowsAny<IOException>(() => broken.GetCustomAttributes<AssemblyMetadataAttribute>().Count());

        Assert.Equal([Folder], ProjectFolders.In([broken, WithNote(Folder)]));
        loader.Unload();
    }

    [Fact]
    public void Loaded_assembly_is_asked() => Assert.Contains(Path.Combine(Repository.Root, "tests", "IntegrationKit.Tests"), ProjectFolders.Find());

    private static AssemblyBuilder WithNote(string note)
    {
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new("Noted"), AssemblyBuilderAccess.RunAndCollect);
        assembly.SetCustomAttribute(new(typeof(AssemblyMetadataAttribute).GetConstructors().Single(), [ProjectFolders.Key, note]));
        return assembly;
    }

    private static byte[] Compile(string name, string code, IEnumerable<MetadataReference> references)
    {
        using var image = new MemoryStream();
        var tree = CSharpSyntaxTree.ParseText(code, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(Repository.Compile(name, [tree], OutputKind.DynamicallyLinkedLibrary, references).Emit(image, cancellationToken: TestContext.Current.CancellationToken).Success);
        return image.ToArray();
    }
}
