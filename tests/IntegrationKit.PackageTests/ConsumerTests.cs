using IntegrationKit.PackageTests.Support;

namespace IntegrationKit.PackageTests;

/// <summary>
/// Projects outside the solution restore from the packed feed, build without a warning, and work on the real engine. How long
/// that took and which packages came stands in the output and in artifacts/consumers.
/// </summary>
[Collection(nameof(ConsumerGroup))]
public sealed class ConsumerTests(PackedFeed feed, BuiltConsumers consumers)
{
    // What stops the servers of a run is to be the package's own doing, not the watchdog's.
    private static readonly (string Name, string Value) NoWatchdog = ("INTEGRATIONKIT_WATCHDOG", "off");

    private static readonly string[] WatchdogFiles =
        ["IntegrationKit.Watchdog.deps.json", "IntegrationKit.Watchdog.dll", "IntegrationKit.Watchdog.runtimeconfig.json"];

    [Theory]
    [InlineData("XunitV2", 5)]
    [InlineData("XunitV3", 6)]
    [InlineData("NUnit", 3)]
    [InlineData("MSTest", 2)]
    public async Task Test_project_passes_and_leaves_nothing(string name, int tests)
    {
        var consumer = await consumers.GetAsync(name);

        var output = await consumer.TestAsync(NoWatchdog);

        Assert.Empty(await Docker.ListAsync(feed));
        Assert.Contains($"Passed:     {tests},", output, StringComparison.Ordinal);
        AssertWatchdogCameAlong(consumer);
        consumer.Report();
    }

    [Theory]
    [InlineData("Console", "running orders 1")]
    [InlineData("HighestVersions", "rows 0, key False")]
    [InlineData("WebApp", "the application was told")]
    public async Task Program_runs_and_leaves_nothing(string name, string says)
    {
        var consumer = await consumers.GetAsync(name);

        var output = await consumer.RunAsync(NoWatchdog);

        Assert.Empty(await Docker.ListAsync(feed));
        Assert.Contains(says, output, StringComparison.Ordinal);
        AssertWatchdogCameAlong(consumer);
        consumer.Report();
    }

    [Fact]
    public async Task Testcontainers_and_the_library_work_in_one_program_with_one_docker_client()
    {
        var consumer = await consumers.GetAsync("Testcontainers");

        var output = await consumer.RunAsync(await Docker.TestcontainersSettingsAsync());

        TestContext.Current.TestOutputHelper?.WriteLine(output);
        Assert.Empty(await Docker.ListAsync(feed));
        Assert.Contains("theirs\nours\nexec works\n", output, StringComparison.Ordinal);
        Assert.Single(consumer.Packages(), each => each.StartsWith("Docker.DotNet.Enhanced/", StringComparison.Ordinal));
        Assert.DoesNotContain(consumer.Packages(), each => each.StartsWith("Docker.DotNet/", StringComparison.Ordinal));
        consumer.Report();
    }

    /// <summary>Scripts beside a project file are found by it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false, "-p:IntegrationKitNoteProjectDirectory=false")]
    [InlineData(false, "-p:OutputType=Library")]
    public async Task Program_knows_the_folder_of_its_project_unless_told_otherwise(bool knows, params string[] arguments)
    {
        var consumer = await consumers.GetAsync("Console");

        var items = await consumer.EvaluateAsync("AssemblyMetadata", arguments);

        Assert.Equal(knows, items.Any(each => each is ("IntegrationKit.ProjectDirectory", { } value) && value == consumer.Folder));
    }

    private static void AssertWatchdogCameAlong(Consumer consumer) =>
        Assert.Equal(WatchdogFiles, Directory.GetFiles(consumer.OutputFolder, "IntegrationKit.Watchdog.*").Select(Path.GetFileName).Order());
}
