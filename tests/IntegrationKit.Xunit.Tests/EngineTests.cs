namespace IntegrationKit.AdapterTests;

public sealed class EngineRuns() : ScenarioRuns("Engine");

/// <summary>Scenarios with real servers.</summary>
public sealed partial class EngineTests(EngineRuns runs) : IClassFixture<EngineRuns>
{
    [Theory]
    [EachVersion("DatabaseResetTests")]
    [EachVersion("DeadServerTests")]
    [EachVersion("KillingTests")]
    [EachVersion("AffectedTests")]
    [EachVersion("EvidenceTests.Passed_shows_none")]
    [EachVersion("OwnDatabaseTests")]
    [EachVersion("OwnDatabaseClassTests")]
    [EachVersion("Smallest.ItemTests")]
    [EachVersion("Documented.PaymentTests")]
    [EachVersion("Documented.CustomerTests")]
    [EachVersion("Documented.SchemaTests")]
    [EachVersion("Documented.ProgramTests")]
    public void Scenario_passes(string scenario, XunitVersion version) =>
        Assert.All(runs[version].Of(scenario), each => Assert.True(each.HasPassed, $"{each.Name}: {each.Message}"));

    [Theory]
    [EachVersion("Failed_shows_the_log", "mark of the failed test")]
    [EachVersion("Timed_out_shows_the_log", "mark of the timed-out test")]
    public void Failed_test_shows_its_part_of_the_servers_log(string scenario, string mark, XunitVersion version)
    {
        var result = Assert.Single(runs[version].Of($"EvidenceTests.{scenario}"));

        Assert.True(result.HasFailed);
        Assert.Contains("--- The log of 'postgres' during this test", result.Output, StringComparison.Ordinal);
        Assert.Contains(mark, result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("mark of the passed test", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [EachVersion]
    public void Own_database_of_a_fixture_without_PostgreSQL_is_refused(XunitVersion version) =>
        Assert.Contains("CacheFixture registers no PostgresService", Assert.Single(runs[version].Of("NoDatabaseTests")).Message, StringComparison.Ordinal);

    [Theory]
    [EachVersion]
    public void Database_of_a_failed_test_is_kept_when_asked(XunitVersion version)
    {
        var failed = Assert.Single(runs[version].Of("KeptDatabaseTests.Fails"));

        Assert.Contains("On purpose.", failed.Message, StringComparison.Ordinal);
        Assert.Matches(@"psql 'postgresql://postgres:[^:@]+@127\.0\.0\.1:\d+/kept_\d+'", failed.Output);
        Assert.Contains("ConnectionString: Host=127.0.0.1;", failed.Output, StringComparison.Ordinal);
        var file = Dump().Match(failed.Output).Groups["file"].Value;
        Assert.Contains("what the test left", File.ReadAllText(file), StringComparison.Ordinal);
        File.Delete(file);
        Assert.DoesNotContain("is kept", Assert.Single(runs[version].Of("KeptDatabaseTests.Passes")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [EachVersion]
    public void Long_line_of_a_servers_log_is_cut(XunitVersion version)
    {
        var output = Assert.Single(runs[version].Of("EvidenceTests.Failed_shows_the_log")).Output;

        Assert.Matches(@"xxxx… \(18,\d{3} more characters\)", output);
        Assert.DoesNotContain(new string('x', 2001), output, StringComparison.Ordinal);
    }

    [Theory]
    [EachVersion]
    public void Test_that_a_shared_server_refused_something_shows_why(XunitVersion version)
    {
        var result = Assert.Single(runs[version].Of("RefusedTests"));

        Assert.True(result.HasFailed);
        Assert.Contains("NOPERM", result.Message, StringComparison.Ordinal);
        Assert.Contains("the shared Redis server refused 'config|set' (1 times): it concerns all who use the server. Set OwnServer = true", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [EachVersion]
    public void Passed_test_shows_no_servers_log(XunitVersion version) =>
        Assert.DoesNotContain("mark of", Assert.Single(runs[version].Of("Passed_shows_none")).Output, StringComparison.Ordinal);

    [Theory]
    [EachVersion]
    public void Timed_out_test_that_writes_on_is_cut_off_and_the_next_test_is_not_harmed(XunitVersion version)
    {
        var results = runs[version].Of("LateWriterTests");

        Assert.Contains("timed out after 4000 milliseconds", Assert.Single(results, each => each.HasFailed).Message, StringComparison.Ordinal);
        Assert.Contains("was reported as ended, but still ran", Assert.Single(results, each => each.HasPassed).Output, StringComparison.Ordinal);
    }

    [Theory]
    [EachVersion]
    public void Test_that_must_leave_no_rows_and_does_fails_with_the_table_and_their_number(XunitVersion version)
    {
        var results = runs[version].Of("ReadOnlyTests");

        Assert.Contains("postgres: table public.items: 2 rows added", Assert.Single(results, each => each.HasFailed).Message, StringComparison.Ordinal);
        Assert.Single(results, each => each.HasPassed);
    }

    [Theory]
    [EachVersion]
    public void Dead_server_is_reported_and_replaced(XunitVersion version) =>
        Assert.Single(runs[version].Of("DeadServerTests"), each => each.Output.Contains("CacheFixture is restarted: Service 'redis' could not be used", StringComparison.Ordinal));

    [System.Text.RegularExpressions.GeneratedRegex("psql -d kept -f '(?<file>[^']+)'", System.Text.RegularExpressions.RegexOptions.ExplicitCapture)]
    private static partial System.Text.RegularExpressions.Regex Dump();
}
