namespace IntegrationKit.Tests.Architecture;

public sealed class FileSizeTests
{
    [Fact]
    public void Library_files_are_short()
    {
        var lengths = Repository.LibraryFiles.Select(file => (File: Path.GetRelativePath(Repository.Library, file), Lines: File.ReadLines(file).Count())).ToArray();

        Assert.DoesNotContain(lengths, each => each.Lines > 300);
        Assert.InRange(lengths.Select(each => each.Lines).Order().ElementAt(lengths.Length / 2), 1, 80);
    }
}
