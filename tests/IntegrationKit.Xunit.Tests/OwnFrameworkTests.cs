namespace IntegrationKit.AdapterTests;

public sealed class OwnFrameworkRun : IAsyncLifetime
{
    private ScenarioRun? _run;

    internal ScenarioRun Run => _run!;

    public async ValueTask InitializeAsync() => _run = await ScenarioRun.StartAsync(XunitVersion.V2Own, "Mocks");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>What works where a v2 project has a test framework of its own.</summary>
public sealed class OwnFrameworkTests(OwnFrameworkRun own) : IClassFixture<OwnFrameworkRun>
{
    [Theory]
    [InlineData("ResetTests")]
    [InlineData("CancellationTests")]
    [InlineData("CleanUpTests")]
    [InlineData("StoppedServiceTests")]
    [InlineData("FailingResetTests")]
    [InlineData("HangingResetTests")]
    [InlineData("TimeoutDuringResetTests")]
    public void Scenario_passes(string scenario) =>
        Assert.All(own.Run.Of(scenario), each => Assert.True(each.HasPassed, $"{each.Name}: {each.Message}"));

    [Theory]
    [InlineData("ThrowingConfigureTests", "ThrowsInConfigure.Configure failed: Boom, call 1.")]
    [InlineData("ThrowingSeedTests", "ThrowsInSeed.SeedAsync failed: Boom, call 1.")]
    public void Each_test_of_a_bad_fixture_fails_with_the_reason(string scenario, string message) =>
        Assert.All(own.Run.Of(scenario), each => Assert.Contains(message, each.Message, StringComparison.Ordinal));

    [Theory]
    [InlineData("StubInConstructorTests", "make them in ArrangeAsync")]
    [InlineData("ThrowingArrangeTests", "Not arranged.")]
    [InlineData("TimedOutTests", "timed out after 3000 milliseconds")]
    public void Bad_test_fails_alone(string scenario, string message) =>
        Assert.Contains(message, Assert.Single(own.Run.Of(scenario), each => each.HasFailed).Message, StringComparison.Ordinal);
}
