using System.Net;
using IntegrationKit.PackageTests.Support;

namespace IntegrationKit.PackageTests.Scripts;

/// <summary>eng/pack.sh and eng/publish.sh: what they refuse, and what they push.</summary>
public sealed class ScriptTests(PackedFeed feed) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly Dictionary<string, string?> NoKey = new(StringComparer.Ordinal) { ["NUGET_API_KEY"] = null };

    private readonly string _folder = Repository.MakeFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Unknown option --nonsense: eng/pack.sh takes --version, --output and --help.", "--nonsense")]
    [InlineData("--version needs a version such as 0.2.0 or 0.2.0-rc.1, not 'next'.", "--version", "next")]
    [InlineData("The folder /dev/null/packages cannot be created.", "--output", "/dev/null/packages")]
    public async Task Pack_refuses_what_makes_no_sense(string says, params string[] arguments) =>
        Assert.Equal($"✗ {says}\n", await FailAsync("eng/pack.sh", arguments));

    [Fact]
    public async Task Publish_to_a_folder_that_does_not_exist_is_refused()
    {
        var missing = Path.Combine(_folder, "missing");

        Assert.Contains($"✗ The feed {missing} does not exist: create the folder, or give", await PublishFailsAsync(missing), StringComparison.Ordinal);
        Assert.Contains($"✗ The feed {missing} does not exist", await PublishFailsAsync(missing, "--push"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_to_an_address_where_nobody_answers_is_refused() =>
        Assert.Contains("✗ The feed http://127.0.0.1:9/index.json does not answer:", await PublishFailsAsync("http://127.0.0.1:9/index.json"), StringComparison.Ordinal);

    [Theory]
    [InlineData(HttpStatusCode.NotFound, "", "does not answer: curl: (22)")]
    [InlineData(HttpStatusCode.OK, "<html>welcome</html>", "is not a feed that packages can be pushed to")]
    public async Task Publish_to_an_address_that_is_no_feed_is_refused(HttpStatusCode status, string body, string says)
    {
        using var server = new FeedServer(status, body);

        Assert.Contains(says, await PublishFailsAsync(server.Index), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_to_a_server_needs_a_key()
    {
        using var server = new FeedServer(HttpStatusCode.OK, """{ "resources": [ { "@type": "PackagePublish/2.0.0" } ] }""");

        Assert.Contains("Nothing was pushed to", await PublishAsync(server.Index), StringComparison.Ordinal);
        Assert.Contains("✗ NUGET_API_KEY is not set", await PublishFailsAsync(server.Index, "--push"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_without_packages_says_what_makes_them() => Assert.Equal(
        $"✗ No packages in {_folder}: run eng/pack.sh first.\n", await FailAsync("eng/publish.sh", feed.Folder, "--packages", _folder));

    [Fact]
    public async Task Publish_is_dry_unless_told_otherwise()
    {
        var output = await PublishAsync(_folder);

        Assert.All(PackedFeed.Names, name => Assert.Contains($"{name}.{feed.Version}.nupkg", output, StringComparison.Ordinal));
        Assert.Contains("Nothing was pushed", output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Publish_pushes_every_package_once()
    {
        await PublishAsync(_folder, "--push");
        await PublishAsync(_folder, "--push");

        Assert.Equal(
            PackedFeed.Names.Select(name => $"{name}.{feed.Version}.nupkg").Order(StringComparer.Ordinal),
            Directory.GetFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private Task<string> PublishFailsAsync(params string[] arguments) => FailAsync("eng/publish.sh", ["--packages", feed.Folder, .. arguments]);

    private async Task<string> PublishAsync(params string[] arguments) =>
        (await Command.RunAsync(Repository.Root, NoKey, Limit, ["bash", "eng/publish.sh", "--packages", feed.Folder, .. arguments])).Output;

    private static async Task<string> FailAsync(string script, params string[] arguments)
    {
        var (exitCode, output, _) = await Command.TryAsync(Repository.Root, NoKey, Limit, ["bash", script, .. arguments]);
        Assert.Equal(1, exitCode);
        return output;
    }
}
