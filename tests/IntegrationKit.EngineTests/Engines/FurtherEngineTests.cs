using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Engines;

/// <summary>What the tests of an engine show holds on further ones too: a newer Docker, and Podman.</summary>
[Collection(nameof(Alone))]
public sealed class FurtherEngineTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private static readonly string[] Namespaces = ["Engines", "Engine", "Services", "Lifecycle", "Readiness", "Diagnostics", "Sharing"];

    public static TheoryData<string, string> Runs => [.. from engine in (string[])["docker-trixie", "docker-sid", "podman-trixie"] from tests in Namespaces select (engine, tests)];

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Further_engine_passes(string engine, string tests)
    {
        var further = FurtherEngine.Find(engine);

        var result = await further.RunTestsAsync($"IntegrationKit.EngineTests.{tests}", Limit);

        TestContext.Current.TestOutputHelper?.WriteLine(result);
        Assert.NotEmpty(result);
    }
}
