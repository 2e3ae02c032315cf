namespace IntegrationKit.AdapterTests;

/// <summary>What the package's framework adds to v2.</summary>
[Collection("mocks")]
public sealed class V2FrameworkTests(MockRuns runs)
{
    private ScenarioRun Run => runs[XunitVersion.V2];

    [Theory]
    [InlineData("AsksForBrokenTests")]
    [InlineData("AsksThroughClassFixtureTests")]
    public void Test_that_asks_for_a_broken_assembly_fixture_fails_with_the_reason(string scenario)
    {
        var result = Assert.Single(Run.Of(scenario));

        Assert.True(result.HasFailed);
        Assert.Contains("Assembly fixture BrokenAssemblyFixture could not be created: Not made.", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Assembly_fixture_is_created_once_and_disposed() =>
        Assert.Equal(["assembly fixture made", "assembly fixture disposed", "assembly fixture gone"], Run.Journal.Where(each => each.StartsWith("assembly", StringComparison.Ordinal)));

    [Fact]
    public void Output_of_a_constructors_helper_is_kept() =>
        Assert.Contains("The output of the constructor's helper.", Assert.Single(Run.Of("AsksForNotedTests")).Output, StringComparison.Ordinal);

    [Fact]
    public void Test_case_of_another_kind_runs_itself()
    {
        Assert.True(Assert.Single(Run.Of("CustomTestCaseTests")).HasPassed);
        Assert.Contains("custom test case runs itself", Run.Journal);
    }
}
