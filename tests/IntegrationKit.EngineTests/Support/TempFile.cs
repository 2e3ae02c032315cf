namespace IntegrationKit.EngineTests.Support;

/// <summary>A file that is gone after the test.</summary>
internal sealed class TempFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("integrationkit-").FullName;

    public TempFile(string name, string content)
        : this(name, System.Text.Encoding.UTF8.GetBytes(content))
    {
    }

    public TempFile(string name, byte[] content)
    {
        Path = System.IO.Path.Combine(_folder, name);
        File.WriteAllBytes(Path, content);
    }

    public string Path { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
