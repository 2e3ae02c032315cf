namespace IntegrationKit.AdapterTests;

public sealed class MissingEngineRuns() : ScenarioRuns("MissingEngine", ("DOCKER_HOST", "unix:///nowhere.sock"));

public sealed class MissingEngineOnBuildServerRuns() : ScenarioRuns("MissingEngine", ("DOCKER_HOST", "unix:///nowhere.sock"), ("CI", "true"));

public sealed class MissingEngineTests(MissingEngineRuns runs, MissingEngineOnBuildServerRuns onBuildServer)
    : IClassFixture<MissingEngineRuns>, IClassFixture<MissingEngineOnBuildServerRuns>
{
    [Theory]
    [EachVersion("FixtureTests.Are_skipped_with_the_reason")]
    [EachVersion("NoFixtureTests.Is_skipped_with_the_reason")]
    public void Missing_engine_skips_with_the_reason(string scenario, XunitVersion version) =>
        Assert.All(runs[version].Of(scenario), each =>
        {
            Assert.True(each.IsSkipped, $"{each.Name}: {each.Outcome} {each.Message}");
            Assert.Contains("unix:///nowhere.sock (DOCKER_HOST)", each.Message + each.Output, StringComparison.Ordinal);
        });

    [Theory]
    [EachVersion("FixtureTests.Are_skipped_with_the_reason")]
    [EachVersion("NoFixtureTests.Is_skipped_with_the_reason")]
    public void Missing_engine_fails_on_a_build_server(string scenario, XunitVersion version) =>
        Assert.All(onBuildServer[version].Of(scenario), each =>
        {
            Assert.True(each.HasFailed, $"{each.Name}: {each.Outcome}");
            Assert.Contains("No container engine answered", each.Message, StringComparison.Ordinal);
        });

    [Theory]
    [EachVersion]
    public void Test_without_infrastructure_runs(XunitVersion version) => Assert.True(Assert.Single(runs[version].Of("Needs_none")).HasPassed);

    /// <summary>A skipped test is no failure for the runner either.</summary>
    [Theory]
    [EachVersion]
    public void Run_of_skipped_tests_succeeds(XunitVersion version) => Assert.Equal((0, 1), (runs[version].ExitCode, Math.Min(1, onBuildServer[version].ExitCode)));
}
