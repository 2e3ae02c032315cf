namespace IntegrationKit.AdapterTests;

public sealed class MockRuns() : ScenarioRuns("Mocks");

[CollectionDefinition("mocks")]
public sealed class MockScenarios : ICollectionFixture<MockRuns>;

/// <summary>What a test finds, and what the next test finds after a bad one. No engine is needed.</summary>
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
    [EachVersion("LogTests")]
    [EachVersion("FirstKeptTests")]
    [EachVersion("SecondKeptTests")]
    public void Scenario_passes(string scenario, XunitVersion version) =>
        Assert.All(runs[version].Of(scenario), each => Assert.True(each.HasPassed, $"{each.Name}: {each.Message}"));

    [Theory]
    [EachVersion("ThrowingConfigureTests", "ThrowsInConfigure.Configure failed: Boom, call 1.")]
    [EachVersion("ThrowingSeedTests", "ThrowsInSeed.SeedAsync failed: Boom, call 1.")]
    [EachVersion("ReadsInConstructorTests", "ThrowsInSeed.SeedAsync failed: Boom, call 1.")]
    [EachVersion("OwnLifetimeTests", "OwnLifetimeTests implements IAsyncLifetime itself, in place of its base class")]
    [EachVersion("FixtureWithOwnLifetimeTests", "OwnLifetimeFixture was not started. If it implements IAsyncLifetime itself")]
    [EachVersion("HangingSeedTests", "HangingSeed.SeedAsync did not end within 0.5 s, the StartTimeout.")]
    [EachVersion("BlockingSeedTests", "BlockingSeed.SeedAsync did not end within 0.5 s, the StartTimeout.")]
    [EachVersion("BlockingConfigureTests", "BlockingConfigure.Configure did not end within 0.5 s, the StartTimeout.")]
    [EachVersion("ReadTooEarlyTests", "ReadsTooEarly.Configure failed: BaseAddress of service 'payments' is known only while it runs")]
    [EachVersion("RegisteredTwiceTests", "registered as 'again' is registered as 'payments' already")]
    [EachVersion("ServiceOfTwoFixturesTests", "A service object belongs to one infrastructure")]
    [EachVersion("BothLevelsOfAssemblyTests", "which IntegrationTest<AssemblyMocks> adds) and of the assembly (AssemblyFixture)")]
    [EachVersion("BothLevelsTests", "Derive BothLevelsTests from SharedIntegrationTest<MockFixture>")]
    public void Each_test_of_a_bad_fixture_fails_with_the_reason(string scenario, string message, XunitVersion version) =>
        Assert.All(runs[version].Of(scenario), each =>
        {
            Assert.True(each.HasFailed, each.Name);
            Assert.Contains(message, each.Message, StringComparison.Ordinal);
        });

    /// <summary>A reader looks for their own code.</summary>
    [Theory]
    [EachVersion("ThrowingConfigureTests", "ThrowsInConfigure.Configure(")]
    [EachVersion("ThrowingSeedTests", "ThrowsInSeed.SeedAsync(")]
    [EachVersion("HangingSeedTests", "HangingSeedTests..ctor(")]
    [EachVersion("ReadTooEarlyTests", "ReadsTooEarly.Configure(")]
    [EachVersion("OwnLifetimeTests", "OwnLifetimeTests..ctor(")]
    [EachVersion("FixtureWithOwnLifetimeTests", "FixtureWithOwnLifetimeTests..ctor(")]
    public void Stack_trace_of_a_bad_fixture_shows_the_users_code_and_little_of_the_library(string scenario, string usersCode, XunitVersion version) =>
        Assert.All(runs[version].Of(scenario), each =>
        {
            Assert.Contains(usersCode, each.StackTrace, StringComparison.Ordinal);
            Assert.InRange(each.StackTrace.Split('\n').Count(line => line.Contains("at IntegrationKit.", StringComparison.Ordinal)), 0, 3);
        });

    /// <summary>One fixture has a culture with other separators.</summary>
    [Theory]
    [EachVersion]
    public void Times_in_the_log_do_not_depend_on_the_culture(XunitVersion version) =>
        Assert.DoesNotMatch(@"\d\d\.\d\d\.\d\d\.\d{3} Information", runs[version].Console);

    [Theory]
    [EachVersion("StubInConstructorTests", "make them in ArrangeAsync")]
    [EachVersion("ThrowingArrangeTests", "Not arranged.")]
    [EachVersion("TimedOutTests", "timed out after 3000 milliseconds")]
    [EachVersion("CancelledTests", "timed out after 1500 milliseconds")]
    public void Bad_test_fails_alone(string scenario, string message, XunitVersion version)
    {
        var results = runs[version].Of(scenario);

        Assert.Contains(message, Assert.Single(results, each => each.HasFailed).Message, StringComparison.Ordinal);
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
    [EachVersion("HangingResetTests", "HangingResetFixture is restarted: Service 'hangs' could not be reset: It was not reset within 1 s")]
    [EachVersion("TimedOutTests", "was reported as ended, but still ran when the next test was due")]
    public void Restart_is_reported_in_the_output_and_as_a_diagnostic_message(string scenario, string message, XunitVersion version)
    {
        var result = Assert.Single(runs[version].Of(scenario), each => each.Output.Contains(message, StringComparison.Ordinal));

        Assert.Contains("Information: payments is ready in", result.Output, StringComparison.Ordinal);
        Assert.Contains(message, runs[version].Console, StringComparison.Ordinal);
    }

    [Theory]
    [EachVersion]
    public void Test_that_ends_when_it_is_cancelled_needs_no_restart(XunitVersion version) =>
        Assert.All(runs[version].Of("CancelledTests"), each => Assert.DoesNotContain("restarted", each.Output, StringComparison.Ordinal));

    [Theory]
    [EachVersion]
    public void Clean_up_runs_before_the_test_counts_as_ended(XunitVersion version) =>
        Assert.Contains("CleanUp 2, cancelled: False", runs[version].Journal);

    [Theory]
    [EachVersion("LogTests", "Information: payments is stopped in")]
    [EachVersion("BlockingLogTests", "The logs could not be read to the end within 5 s.")]
    [EachVersion("StoppedAndFailedTests", "Service 'payments' could not be used: It does not run: it is Stopped.")]
    public void Output_contains_what_happened(string scenario, string message, XunitVersion version) =>
        Assert.Contains(message, Assert.Single(runs[version].Of(scenario)).Output, StringComparison.Ordinal);

    [Theory]
    [EachVersion]
    public void Start_is_reported_as_a_diagnostic_message_where_no_test_runs(XunitVersion version) =>
        Assert.Matches(@"Scenarios[:\]] \S+ Information: payments is ready in", runs[version].Console);
}
