using IntegrationKit.PackageTests.Support;

namespace IntegrationKit.PackageTests;

/// <summary>
/// What a consumer costs on an empty package cache: restore, build and run, and the packages that it pulls in. The figures
/// stand in the test's output and in artifacts/consumers. Runs with INTEGRATIONKIT_LONG=1.
/// </summary>
[Collection(nameof(ConsumerGroup))]
public sealed class ConsumerFigures(PackedFeed feed)
{
    [Theory]
    [InlineData("XunitV2", true)]
    [InlineData("XunitV3", true)]
    [InlineData("NUnit", true)]
    [InlineData("MSTest", true)]
    [InlineData("Console", false)]
    [InlineData("HighestVersions", false)]
    [InlineData("Testcontainers", false)]
    [InlineData("WebApp", false)]
    public async Task Consumer_works_on_an_empty_package_cache(string name, bool isTestProject)
    {
        Assert.SkipUnless(Repository.IsLong, "Takes minutes: set INTEGRATIONKIT_LONG=1, or run eng/test.sh --long.");
        await Docker.EnsureEngineAsync();
        await using var consumer = Consumer.Create(feed, name, emptyCache: true);

        await consumer.BuildAsync();
        await (isTestProject ? consumer.TestAsync() : consumer.RunAsync(await Docker.TestcontainersSettingsAsync()));

        consumer.Report();
    }
}
