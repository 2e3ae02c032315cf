namespace IntegrationKit.AdapterTests;

/// <summary>Who left the dirt: a test that leaves something behind is named, and fails if that is asked for.</summary>
[Collection("mocks")]
public sealed class LeftoverTests(MockRuns runs)
{
    [Theory]
    [EachVersion("UnaskedLeftoverTests")]
    [EachVersion("ReportedLeftoverTests")]
    [EachVersion("StrictLeftoverTests.Passes")]
    public void Scenario_passes(string scenario, XunitVersion version) =>
        Assert.All(runs[version].Of(scenario), each => Assert.True(each.HasPassed, $"{each.Name}: {each.Message}"));

    [Theory]
    [EachVersion("StrictLeftoverTests.Leaves_messages", "StrictLeftoverTests.Leaves_messages has left behind:|  broker: queue mine: 1 messages|")]
    [EachVersion("StrictLeftoverTests.Leaves_stubs", "StrictLeftoverTests.Leaves_stubs has left behind:|  counted: stub GET /mine/{id}: added|  counted: stub GET /twice: 2 added|")]
    [EachVersion("StrictLeftoverTests.Leaves_messages", "Remove it before the test's end, for instance in CleanUpAsync, or allow it: [Leftovers(LeftoverPolicy.Ignore)]")]
    [EachVersion("StrictLeftoverTests.Cannot_be_examined", "Service 'broker' could not be examined: Unreadable.")]
    public void Test_that_leaves_something_fails_with_what_it_is(string scenario, string message, XunitVersion version)
    {
        var result = Assert.Single(runs[version].Of(scenario));

        Assert.True(result.HasFailed);
        Assert.Contains(message.Replace("|", "\n", StringComparison.Ordinal), result.Message.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Theory]
    [EachVersion("ReportedLeftoverTests.Passes_and_is_reported", "Warning: Scenarios.Mocks.ReportedLeftoverTests.Passes_and_is_reported has left behind:|  broker: queue mine: 2 messages|")]
    [EachVersion("ReportedLeftoverTests.Reported_as_unknown", "Reported_as_unknown has left behind could not be found out: Service 'broker' could not be examined: Unreadable.")]
    [EachVersion("StrictLeftoverTests.Fails_anyway", "StrictLeftoverTests.Fails_anyway has left behind:|  broker: queue mine: 1 messages|")]
    public void Output_names_the_test_and_what_it_leaves(string scenario, string text, XunitVersion version) => Assert.Contains(
        text.Replace("|", "\n", StringComparison.Ordinal), Assert.Single(runs[version].Of(scenario)).Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);

    [Theory]
    [EachVersion]
    public void Test_that_failed_anyway_keeps_its_own_error(XunitVersion version)
    {
        var message = Assert.Single(runs[version].Of("StrictLeftoverTests.Fails_anyway")).Message;

        Assert.Contains("On purpose.", message, StringComparison.Ordinal);
        Assert.DoesNotContain("left behind", message, StringComparison.Ordinal);
    }

    [Theory]
    [EachVersion]
    public void Test_that_keeps_the_state_is_not_blamed_for_what_it_found(XunitVersion version)
    {
        var results = runs[version].Of("KeptLeftoverTests");

        Assert.Contains("queue first: 1 messages", Assert.Single(results, each => each.HasFailed).Message, StringComparison.Ordinal);
        Assert.Single(results, each => each.HasPassed);
    }
}
