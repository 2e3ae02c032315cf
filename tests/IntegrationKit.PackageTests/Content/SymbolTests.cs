using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;
using IntegrationKit.PackageTests.Support;

namespace IntegrationKit.PackageTests.Content;

/// <summary>A debugger finds every source file: embedded in the symbols, or by Source Link.</summary>
public sealed class SymbolTests(PackedFeed feed)
{
    // Both are from the specification of portable PDBs.
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    public static TheoryData<string> Names => new(PackedFeed.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public void Symbols_lead_to_every_source(string name)
    {
        using var provider = MetadataReaderProvider.FromPortablePdbImage([.. feed.OpenSymbols(name).Read($"lib/net10.0/{name}.pdb")]);
        AssertSources(provider.GetMetadataReader());
    }

    [Fact]
    public void Watchdog_carries_its_symbols()
    {
        using var assembly = new PEReader([.. feed.Open("IntegrationKit").Read("tools/watchdog/IntegrationKit.Watchdog.dll")]);
        using var provider = assembly.ReadEmbeddedPortablePdbDebugDirectoryData(
            assembly.ReadDebugDirectory().Single(each => each.Type == DebugDirectoryEntryType.EmbeddedPortablePdb));
        AssertSources(provider.GetMetadataReader());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Symbols_belong_to_the_assembly(string name)
    {
        using var assembly = new PEReader([.. feed.Open(name).Read($"lib/net10.0/{name}.dll")]);
        var entries = assembly.ReadDebugDirectory();
        var expected = assembly.ReadCodeViewDebugDirectoryData(entries.Single(each => each.Type == DebugDirectoryEntryType.CodeView)).Guid;
        using var provider = MetadataReaderProvider.FromPortablePdbImage([.. feed.OpenSymbols(name).Read($"lib/net10.0/{name}.pdb")]);

        Assert.Contains(entries, each => each.Type == DebugDirectoryEntryType.Reproducible);
        Assert.Equal(expected, new BlobContentId(provider.GetMetadataReader().DebugMetadataHeader!.Id).Guid);
    }

    private static void AssertSources(MetadataReader symbols)
    {
        var linked = LinkedFolders(symbols);
        Assert.NotEmpty(symbols.Documents);
        Assert.All(symbols.Documents, handle =>
        {
            var path = symbols.GetString(symbols.GetDocument(handle).Name);
            Assert.StartsWith("/_", path, StringComparison.Ordinal);
            Assert.True(
                Has(symbols, handle, EmbeddedSource) || linked.Any(folder => path.StartsWith(folder, StringComparison.Ordinal)),
                $"{path} is neither embedded nor linked.");
        });
    }

    private static bool Has(MetadataReader symbols, EntityHandle owner, Guid kind) => symbols.GetCustomDebugInformation(owner)
        .Any(each => symbols.GetGuid(symbols.GetCustomDebugInformation(each).Kind) == kind);

    private static string[] LinkedFolders(MetadataReader symbols) =>
    [
        .. symbols.GetCustomDebugInformation(EntityHandle.ModuleDefinition).Select(symbols.GetCustomDebugInformation)
            .Where(each => symbols.GetGuid(each.Kind) == SourceLink)
            .SelectMany(each => JsonDocument.Parse(symbols.GetBlobBytes(each.Value)).RootElement.GetProperty("documents").EnumerateObject())
            .Select(each => each.Name.TrimEnd('*')),
    ];
}
