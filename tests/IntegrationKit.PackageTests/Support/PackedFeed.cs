using System.Diagnostics;
using System.Globalization;
using IntegrationKit.PackageTests.Support;

[assembly: AssemblyFixture(typeof(PackedFeed))]

namespace IntegrationKit.PackageTests.Support;

/// <summary>
/// What eng/pack.sh makes, in a folder that serves as a feed. Its version is one that nobody has seen, so that no package
/// cache can hold another build of it.
/// </summary>
public sealed class PackedFeed : IAsyncLifetime
{
    public static readonly IReadOnlyList<string> Names =
        ["IntegrationKit", "IntegrationKit.AspNetCore", "IntegrationKit.Testcontainers", "IntegrationKit.Xunit", "IntegrationKit.Xunit.V3"];

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public string Folder { get; } = Repository.MakeFolder();

    public string Version { get; } = $"0.0.0-test.{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The version with the commit, as the assembly says it, and as a label stands on all that its consumers make.</summary>
    public string FullVersion { get; private set; } = string.Empty;

    private static string Cache => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    public async ValueTask InitializeAsync()
    {
        await Command.RunAsync(Repository.Root, new Dictionary<string, string?>(), Limit,
            "bash", "eng/pack.sh", "--version", Version, "--output", Folder);
        var assembly = Path.Combine(Folder, "IntegrationKit.dll");
        await File.WriteAllBytesAsync(assembly, Open("IntegrationKit").Read("lib/net10.0/IntegrationKit.dll"));
        FullVersion = FileVersionInfo.GetVersionInfo(assembly).ProductVersion!;
        File.Delete(assembly);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        foreach (var package in Names.Select(name => new DirectoryInfo(Path.Combine(Cache, name.ToLowerInvariant()))).Where(each => each.Exists))
        {
            foreach (var version in package.GetDirectories(Version))
            {
                version.Delete(recursive: true);
            }

            if (!package.EnumerateFileSystemInfos().Any())
            {
                package.Delete();
            }
        }

        return ValueTask.CompletedTask;
    }

    internal PackageFile Open(string name) => new(Path.Combine(Folder, $"{name}.{Version}.nupkg"));

    internal PackageFile OpenSymbols(string name) => new(Path.Combine(Folder, $"{name}.{Version}.snupkg"));
}
