using System.IO.Compression;
using System.Text;
using System.Xml.Linq;

namespace IntegrationKit.PackageTests.Support;

/// <summary>A packed package.</summary>
internal sealed class PackageFile(string path)
{
    /// <summary>The files in it, in order.</summary>
    public IReadOnlyList<string> Entries
    {
        get
        {
            using var archive = ZipFile.OpenRead(path);
            return [.. archive.Entries.Select(each => each.FullName).Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>What it says of itself, without the namespace of the format's version.</summary>
    public XElement Metadata
    {
        get
        {
            var nuspec = XDocument.Load(new MemoryStream(Read(Entries.Single(each => each.EndsWith(".nuspec", StringComparison.Ordinal)))));
            foreach (var element in nuspec.Descendants())
            {
                element.Name = element.Name.LocalName;
            }

            return nuspec.Root!.Element("metadata")!;
        }
    }

    public byte[] Read(string entry)
    {
        using var archive = ZipFile.OpenRead(path);
        using var stream = archive.GetEntry(entry)!.Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    public string ReadText(string entry) => Encoding.UTF8.GetString(Read(entry));
}
