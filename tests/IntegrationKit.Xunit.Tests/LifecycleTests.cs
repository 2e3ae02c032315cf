namespace IntegrationKit.AdapterTests;

public sealed class MockRuns() : ScenarioRuns("Mocks");

[CollectionDefinition("mocks")]
public sealed class MockScenarios : ICollectionFixture<MockRuns>;

/// <summary>What a test finds, and what the next one finds after a bad one. No engine takes part.</summary>
[Collection("mocks")]
public sealed class LifecycleTests(MockRuns runs)
{
    [Theory]
    [EachVersion("ResetTests")]
    [EachVersion("KeepStateTests")]
    [EachVersion("CancellationTests")]
    [EachVersion("CleanUpTests")]
    [EachVersion("StoppedServiceTests")]
    [EachVersion("FailingResetTests")]
    [EachVersion("HangingResetTests")]
    [EachVersion("FirstAssemblyFixtureTests")]
    [EachVersion("SecondAssemblyFixtureTests")]
    [EachVersion("FirstCollectionFixtureTests")]
    [EachVersion("SecondCollectionFixtureTests")]
    [EachVersion("FirstKeptTests")]
    [EachVersion("SecondKeptTests")]
    public void Scenario_passes(string scenario, XunitVersion version) =>
        Assert.All(runs[version].Of(scenario), each => Assert.True(each.HasPassed, $"{each.Name}: {each.Message}"));

    [Theory]
    [EachVersion("ThrowingConfigureTests", "ThrowsInConfigure.Configure failed: Boom, call 1.")]
    [EachVersion("ThrowingSeedTests", "ThrowsInSeed.SeedAsync failed: Boom, call 1.")]
    [EachVersion("ReadTooEarlyTests", "ReadsTooEarly.Configure failed: BaseAddress of service 'payments' is known only while it runs")]
    [EachVersion("RegisteredTwiceTests", "registered as 'again' is registered as 'payments' already")]
    [EachVersion("ServiceOfTwoFixturesTests", "A service object belongs to one infrastructure")]
    [EachVersion("BothLevelsOfAssemblyTests", "which IntegrationTest<AssemblyMocks> brings along) and of the assembly (AssemblyFixture)")]
    [EachVersion("BothLevelsTests", "Derive BothLevelsTests from SharedIntegrationTest<MockFixture>")]
    public void Bad_fixture_is_told_by_each_test(string scenario, string story, XunitVersion version) =>
        Assert.All(runs[version].Of(scenario), each =>
        {
            Assert.True(each.HasFailed, each.Name);
            Assert.Contains(story, each.Message, StringComparison.Ordinal);
        });

    [Theory]
    [EachVersion("StubInConstructorTests", "make them in ArrangeAsync")]
    [EachVersion("ThrowingArrangeTests", "Not arranged.")]
    [EachVersion("TimedOutTests", "timed out after 3000 milliseconds")]
    [EachVersion("CancelledTests", "timed out after 1500 milliseconds")]
    public void Bad_test_fails_alone(string scenario, string story, XunitVersion version)
    {
        var results = runs[version].Of(scenario);

        Assert.Contains(story, Assert.Single(results, each => each.HasFailed).Message, StringComparison.Ordinal);
        Assert.All(results.Where(each => !each.HasFailed), each => Assert.True(each.HasPassed, each.Name));
    }

    /// <summary>In v2 the time-out does not count what comes before the test's method.</summary>
    [Theory]
    [InlineData(XunitVersion.V2, 0)]
    [InlineData(XunitVersion.V3, 1)]
    public void Timeout_during_a_reset_does_not_harm_the_next_test(XunitVersion version, int failures)
    {
        var results = runs[version].Of("TimeoutDuringResetTests");

        Assert.Equal(failures, results.Count(each => each.HasFailed));
        Assert.Contains(results, each => each.HasPassed);
    }

    [Theory]
    [EachVersion("StoppedServiceTests", "MockFixture is restarted: Service 'payments' could not be used: It does not run: it is Stopped (the test before was ")]
    [EachVersion("FailingResetTests", "FailingResetFixture is restarted: Service 'fails' could not be reset: Locked.")]
    [EachVersion("HangingResetTests", "HangingResetFixture is restarted: Service 'hangs' could not be reset: It was not reset within 200 ms")]
    [EachVersion("TimedOutTests", "was reported as over, but still ran when the next test was due")]
    public void Restart_is_told_in_the_output_and_as_a_diagnostic_message(string scenario, string story, XunitVersion version)
    {
        var told = Assert.Single(runs[version].Of(scenario), each => each.Output.Contains(story, StringComparison.Ordinal));

        Assert.Contains("Information: payments is ready in", told.Output, StringComparison.Ordinal);
        Assert.Contains(story, runs[version].Console, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(XunitVersion.V2)]
    [InlineData(XunitVersion.V3)]
    public void Test_that_heeds_its_cancellation_needs_no_restart(XunitVersion version) =>
        Assert.All(runs[version].Of("CancelledTests"), each => Assert.DoesNotContain("restarted", each.Output, StringComparison.Ordinal));

    [Theory]
    [InlineData(XunitVersion.V2)]
    [InlineData(XunitVersion.V3)]
    public void Clean_up_runs_before_the_test_counts_as_over(XunitVersion version) =>
        Assert.Contains("CleanUp 2, cancelled: False", runs[version].Journal);

    [Theory]
    [InlineData(XunitVersion.V2)]
    [InlineData(XunitVersion.V3)]
    public void Start_is_told_as_a_diagnostic_message_where_no_test_runs(XunitVersion version) =>
        Assert.Matches(@"Scenarios[:\]] \S+ Information: payments is ready in", runs[version].Console);
}
