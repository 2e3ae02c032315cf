namespace IntegrationKit.AdapterTests;

/// <summary>What the package's framework adds to v2.</summary>
[Collection("mocks")]
public sealed class V2FrameworkTests(MockRuns runs)
{
    private ScenarioRun Run => runs[XunitVersion.V2];

    [Theory]
    [InlineData("AsksForBrokenTests")]
    [InlineData("AsksThroughClassFixtureTests")]
    public void Broken_assembly_fixture_is_told_by_who_asks_for_it(string scenario)
    {
        var result = Assert.Single(Run.Of(scenario));

        Assert.True(result.HasFailed);
        Assert.Contains("Assembly fixture BrokenAssemblyFixture could not be made: Not made.", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Assembly_fixture_lives_once_and_is_disposed() =>
        Assert.Equal(["assembly fixture made", "assembly fixture disposed", "assembly fixture gone"], Run.Journal.Where(each => each.StartsWith("assembly", StringComparison.Ordinal)));

    [Fact]
    public void Output_of_a_constructors_helper_is_kept() =>
        Assert.Contains("The output of the constructor's helper.", Assert.Single(Run.Of("AsksForNotedTests")).Output, StringComparison.Ordinal);

    [Fact]
    public void Test_case_of_another_kind_runs_its_own_way()
    {
        Assert.True(Assert.Single(Run.Of("CustomTestCaseTests")).HasPassed);
        Assert.Contains("custom test case runs itself", Run.Journal);
    }
}
