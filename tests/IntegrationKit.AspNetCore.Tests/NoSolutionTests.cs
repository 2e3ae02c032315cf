using System.Diagnostics;
using System.Text.Json;
using IntegrationKit.AspNetCore.Tests.Support;

namespace IntegrationKit.AspNetCore.Tests;

/// <summary>A test program with no solution file around it, run by a process of its own in a folder of its own.</summary>
public sealed class NoSolutionTests : IDisposable
{
    private const string Manifest = "MvcTestingAppManifest.json";

    private readonly DirectoryInfo _folder = Directory.CreateDirectory(Path.Combine(FolderWithoutSolutionAbove(), $"integrationkit-{Guid.NewGuid():N}"));

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(null)]
    [InlineData("/no/such/folder")]
    public async Task Both_forms_of_program_start_and_find_their_files(string? noted)
    {
        CopyConsumer();
        var manifest = Path.Combine(_folder.FullName, Manifest);
        Assert.True(File.Exists(manifest), "The build has written no manifest: the test would prove nothing.");
        if (noted is null)
        {
            File.Delete(manifest);
        }
        else
        {
            var folders = JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllTextAsync(manifest, Apps.Cancellation))!;
            await File.WriteAllTextAsync(manifest, JsonSerializer.Serialize(folders.ToDictionary(each => each.Key, _ => noted)), Apps.Cancellation);
        }

        var lines = await RunAsync();

        var roots = lines.Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(2, roots.Length);
        Assert.All(roots, each => Assert.Equal("Host=given", each.GetProperty("orders").GetString()));
        Assert.All(roots, each => Assert.StartsWith("http://127.0.0.1:", each.GetProperty("payments").GetString(), StringComparison.Ordinal));
        Assert.All(roots, each => Assert.StartsWith(_folder.FullName, each.GetProperty("root").GetString(), StringComparison.Ordinal));
        Assert.Distinct(roots.Select(each => each.GetProperty("payments").GetString()));
    }

    /// <summary>A stray solution file above would be found, and the test would prove nothing.</summary>
    private static string FolderWithoutSolutionAbove()
    {
        string[] candidates = [Path.GetTempPath(), Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), Path.GetPathRoot(AppContext.BaseDirectory)!];
        return candidates.First(each =>
        {
            for (var above = new DirectoryInfo(each); above is not null; above = above.Parent)
            {
                if (above.EnumerateFiles("*.sln*").Any())
                {
                    return false;
                }
            }

            return true;
        });
    }

    private void CopyConsumer()
    {
        var source = Path.GetDirectoryName(Apps.Metadata("Consumer"))!;
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(_folder.FullName, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private async Task<string[]> RunAsync()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(_folder.FullName, Path.GetFileName(Apps.Metadata("Consumer")))])
        {
            WorkingDirectory = Path.GetPathRoot(_folder.FullName)!,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Apps.Cancellation), process.StandardError.ReadToEndAsync(Apps.Cancellation));
        await process.WaitForExitAsync(Apps.Cancellation);
        Assert.True(process.ExitCode == 0, await errors + await output);
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
