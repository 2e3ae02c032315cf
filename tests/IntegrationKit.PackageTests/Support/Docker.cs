namespace IntegrationKit.PackageTests.Support;

/// <summary>A look at the engine from outside the library.</summary>
internal static class Docker
{
    private const string VersionLabel = "org.integrationkit.version";
    private const string OwnerLabel = "org.integrationkit.owner-pid";

    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>A missing engine skips the test on a person's machine and fails it in CI.</summary>
    public static async Task EnsureEngineAsync()
    {
        var (exitCode, output, _) = await AskAsync("version", "--format", "{{.Server.Version}}");
        Assert.SkipUnless(exitCode == 0 || Environment.GetEnvironmentVariable("CI") == "true", $"No engine answers: {output}");
        Assert.True(exitCode == 0, output);
    }

    /// <summary>
    /// What Testcontainers needs to be told: it does not negotiate the API's version, and its side container's image need not
    /// be at hand.
    /// </summary>
    public static async Task<(string Name, string Value)[]> TestcontainersSettingsAsync()
    {
        var (_, version, _) = await AskAsync("version", "--format", "{{.Server.APIVersion}}");
        return [("DOCKER_API_VERSION", version.Trim()), ("TESTCONTAINERS_RYUK_DISABLED", "true")];
    }

    /// <summary>The containers, networks and volumes that consumers of this feed have made, one per line with the owner's process id.</summary>
    public static async Task<IReadOnlyList<string>> ListAsync(PackedFeed feed, int? owner = null)
    {
        string[] filter = ["--filter", $"label={VersionLabel}={feed.FullVersion}"];
        if (owner is not null)
        {
            filter = [.. filter, "--filter", $"label={OwnerLabel}={owner}"];
        }

        var lines = new List<string>();
        foreach (var (kind, name) in new[] { ("container", "Names"), ("network", "Name"), ("volume", "Name") })
        {
            string[] all = kind == "container" ? ["--all"] : [];
            var (exitCode, output, _) = await AskAsync([kind, "ls", .. all, .. filter, "--format", $"{kind} {{{{.{name}}}}} {{{{.Label \"{OwnerLabel}\"}}}}"]);
            Assert.True(exitCode == 0, output);
            lines.AddRange(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }

        return lines;
    }

    /// <summary>Waits for a list that is as it should be, and returns how long that took.</summary>
    public static async Task<TimeSpan> UntilAsync(PackedFeed feed, int? owner, Func<IReadOnlyList<string>, bool> condition, TimeSpan limit)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var list = await ListAsync(feed, owner);
            var elapsed = TimeProvider.System.GetElapsedTime(begun);
            if (condition(list))
            {
                return elapsed;
            }

            Assert.True(elapsed < limit, $"After {limit.TotalSeconds} s there are {list.Count}: {string.Join(", ", list)}");
            await Task.Delay(Pause, TimeProvider.System, Repository.Cancellation);
        }
    }

    private static Task<(int ExitCode, string Output, TimeSpan Elapsed)> AskAsync(params string[] arguments) =>
        Command.TryAsync(Repository.Root, new Dictionary<string, string?>(), CallLimit, ["docker", .. arguments]);
}
