namespace IntegrationKit.AdapterTests;

public sealed class TrapRuns() : ScenarioRuns("Traps");

/// <summary>Behaviour of xUnit itself that the adapter relies on or works around.</summary>
public sealed class TrapTests(TrapRuns runs) : IClassFixture<TrapRuns>
{
    [Theory]
    [EachVersion]
    public void Fixture_that_failed_to_initialise_is_disposed(XunitVersion version) => Assert.Contains("FailingFixture disposed", runs[version].Journal);

    [Theory]
    [EachVersion]
    public void Test_that_failed_to_initialise_is_not_disposed(XunitVersion version) => Assert.DoesNotContain("FailingTests disposed", runs[version].Journal);

    [Fact]
    public void Skip_thrown_by_a_class_fixture_is_a_failure_in_v3() => Assert.True(Assert.Single(runs[XunitVersion.V3].Of("SkippingFixtureTests")).HasFailed);

    [Fact]
    public void Skip_thrown_by_a_class_fixture_skips_in_v2_with_the_packages_framework() =>
        Assert.True(Assert.Single(runs[XunitVersion.V2].Of("SkippingFixtureTests")).IsSkipped);

    [Theory]
    [EachVersion]
    public void Fixtures_of_a_level_are_disposed_in_the_order_of_their_creation(XunitVersion version) =>
        Assert.Equal(["FixtureA made", "FixtureB made", "FixtureA disposed", "FixtureB disposed"], runs[version].Journal.Where(each => each.StartsWith("Fixture", StringComparison.Ordinal)));

    [Fact]
    public void Timed_out_test_is_not_disposed_by_v2() => Assert.DoesNotContain("LateTests disposed", runs[XunitVersion.V2].Journal);

    [Fact]
    public void Timed_out_test_is_disposed_by_v3_after_its_fixture() =>
        Assert.Equal(["LateFixture disposed", "LateTests disposed"], runs[XunitVersion.V3].Journal.Where(each => each.StartsWith("Late", StringComparison.Ordinal)));
}
