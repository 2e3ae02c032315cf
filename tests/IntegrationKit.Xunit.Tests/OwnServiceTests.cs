using System.Diagnostics;

namespace IntegrationKit.AdapterTests;

public sealed class OwnServiceRuns() : ScenarioRuns("OwnServices");

/// <summary>The services of docs/writing-a-service.md, on the real engine.</summary>
public sealed class OwnServiceTests(OwnServiceRuns runs) : IClassFixture<OwnServiceRuns>
{
    [Theory]
    [EachVersion("MemcachedTests", 2)]
    [EachVersion("FolderTests", 2)]
    [EachVersion("NetworkTests", 1)]
    [EachVersion("HostingTests", 1)]
    [EachVersion("Nats", 50)]
    public void Scenario_passes(string scenario, int tests, XunitVersion version)
    {
        var results = runs[version].Of(scenario);

        Assert.Equal(tests, results.Count);
        Assert.All(results, each => Assert.True(each.HasPassed, $"{each.Name}: {each.Message}"));
    }

    [Theory]
    [EachVersion]
    public void Test_that_leaves_messages_in_a_broker_fails_with_their_number(XunitVersion version)
    {
        var results = runs[version].Of("MessageLeftoverTests");

        Assert.Matches(@"Fails_if_it_leaves_messages\(purges: False\) has left behind:\s+nats: stream slice\w+-orders: 2 messages", Assert.Single(results, each => each.HasFailed).Message);
        Assert.Single(results, each => each.HasPassed);
    }

    [Theory]
    [EachVersion]
    public void Ten_classes_are_inside_a_test_at_one_moment(XunitVersion version) => Assert.Contains("inside 10", runs[version].Journal);

    [Theory]
    [EachVersion]
    public void One_server_serves_ten_slices_and_is_gone_at_the_end(XunitVersion version)
    {
        var counts = runs[version].Journal.Where(each => each.StartsWith("containers ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(50, counts.Length);
        Assert.All(counts, each => Assert.Equal("containers 1", each));

        var slices = runs[version].Journal.Select(each => each.Split(' ')).Where(each => each[0] == "nats").ToArray();
        Assert.Equal(10, slices.Select(each => each[2]).Distinct(StringComparer.Ordinal).Count());
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
        var broken = await ScenarioRun.StartAsync(version, "OwnServices", ("SCENARIO_ONE_SLICE", "1"));

        Assert.NotEqual(0, broken.ExitCode);
        Assert.All(broken.Of("MemcachedTests"), each => Assert.True(each.HasPassed, $"{each.Name}: {each.Message}"));
        Assert.InRange(broken.Of("Nats").Count(each => each.HasFailed), 10, 50);
    }
}
