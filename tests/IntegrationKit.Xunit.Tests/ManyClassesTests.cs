using System.Diagnostics;

namespace IntegrationKit.AdapterTests;

public sealed class ManyClassesRuns() : ScenarioRuns("Proof");

/// <summary>Twenty classes of 25 tests on one server of each kind, all under the same names.</summary>
public sealed class ManyClassesTests(ManyClassesRuns runs) : IClassFixture<ManyClassesRuns>
{
    [Theory]
    [EachVersion]
    public void Every_test_passes(XunitVersion version)
    {
        Assert.All(runs[version].Results, each => Assert.True(each.HasPassed, $"{each.Name}: {each.Message}"));
        Assert.Equal(500, runs[version].Results.Count);
    }

    [Theory]
    [EachVersion]
    public void Ten_classes_are_inside_a_test_at_one_moment(XunitVersion version) => Assert.Contains("inside 10", runs[version].Journal);

    [Theory]
    [EachVersion("postgres")]
    [EachVersion("redis")]
    public void One_server_serves_twenty_slices_and_is_gone_at_the_end(string service, XunitVersion version)
    {
        var slices = runs[version].Journal.Select(each => each.Split(' ')).Where(each => each[0] == service).ToArray();

        Assert.Equal(20, slices.Select(each => each[2]).Distinct(StringComparer.Ordinal).Count());
        var container = Assert.Single(slices.Select(each => each[1]).Distinct(StringComparer.Ordinal));
        using var inspect = Process.Start(new ProcessStartInfo("docker", ["inspect", container]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        inspect.StandardOutput.ReadToEnd();
        inspect.WaitForExit();
        Assert.NotEqual(0, inspect.ExitCode);
    }

    [Theory]
    [EachVersion]
    public async Task Run_fails_where_the_classes_share_one_slice(XunitVersion version)
    {
        var broken = await ScenarioRun.StartAsync(version, "Proof", ("SCENARIO_ONE_SLICE", "1"));

        Assert.NotEqual(0, broken.ExitCode);
        Assert.InRange(broken.Results.Count(each => each.HasFailed), 50, 100);
    }
}
