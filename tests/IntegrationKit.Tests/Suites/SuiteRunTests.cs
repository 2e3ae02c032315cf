using IntegrationKit.Tests.HttpMock;

namespace IntegrationKit.Tests.Suites;

public sealed class SuiteRunTests
{
    [Fact]
    public async Task RunAsync_reports_each_result_as_it_comes()
    {
        var seen = new SynchronousProgress();
        var countInSecondTest = -1;
        var suite = new IntegrationTestSuite("orders")
            .Test("a", () => { })
            .Test("b", () => countInSecondTest = seen.Results.Count);

        var result = await suite.RunAsync(seen, TestContext.Current.CancellationToken);

        Assert.Equal(1, countInSecondTest);
        Assert.Equal(result.Tests, seen.Results);
    }

    [Fact]
    public async Task RunAsync_progress_that_throws_does_not_keep_AfterAll_from_running()
    {
        var ended = false;
        var suite = new IntegrationTestSuite("orders").AfterAll(() => ended = true).Test("a", () => { });

        var result = await suite.RunAsync(new BrokenProgress(), TestContext.Current.CancellationToken);

        Assert.True(ended);
        Assert.Equal("display", Assert.Single(result.Errors).Message);
    }

    [Fact]
    public async Task RunAsync_measures_durations_with_the_clock_it_was_given()
    {
        var time = new ManualTime();
        var suite = new IntegrationTestSuite("orders") { TimeProvider = time }
            .BeforeAll(() => time.Now += TimeSpan.FromSeconds(100))
            .BeforeEach(() => time.Now += TimeSpan.FromSeconds(1))
            .AfterEach(() => time.Now += TimeSpan.FromSeconds(2))
            .Test("a", () => time.Now += TimeSpan.FromSeconds(4))
            .Test("b", () => throw new InvalidOperationException());

        var result = await suite.RunAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal([TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(3)], result.Tests.Select(t => t.Duration));
        Assert.Equal(TimeSpan.FromSeconds(110), result.Duration);
        Assert.Equal("orders: 1 passed, 1 failed in 110.00 s", result.ToString());
    }

    [Fact]
    public async Task RunAsync_twice_at_once_is_refused_and_one_after_the_other_works()
    {
        var runs = 0;
        Task<SuiteResult>? second = null;
        var suite = new IntegrationTestSuite("orders");
        suite.Test("a", () =>
        {
            runs++;
            second ??= suite.RunAsync();
        });

        await suite.RunAsync(cancellationToken: TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => second!);
        var result = await suite.RunAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Contains("Suite 'orders' is already running", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, runs);
        Assert.True(result.Succeeded);
    }

    [Fact]
    public async Task RunAsync_empty_suite_succeeds()
    {
        var result = await new IntegrationTestSuite("orders").RunAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.True(result.Succeeded);
        Assert.Empty(result.Tests);
    }

    [Fact]
    public void Test_with_a_taken_name_is_refused()
    {
        var suite = new IntegrationTestSuite("orders").Test("a", () => { });

        var error = Assert.Throws<ArgumentException>("name", () => suite.Test("a", () => { }));

        Assert.Contains("Suite 'orders' already has a test 'a'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_that_make_no_sense_are_refused()
    {
        var suite = new IntegrationTestSuite("orders");

        Assert.Throws<ArgumentException>(() => new IntegrationTestSuite(" "));
        Assert.Throws<ArgumentException>(() => suite.Test("", () => { }));
        Assert.Throws<ArgumentNullException>(() => suite.Test("a", (Action)null!));
        Assert.Throws<ArgumentNullException>(() => suite.Test("a", (Func<Task>)null!));
        Assert.Throws<ArgumentNullException>(() => suite.BeforeAll((Func<CancellationToken, Task>)null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IntegrationTestSuite("x") { TestTimeout = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new IntegrationTestSuite("x") { CleanupTimeout = TimeSpan.FromSeconds(-1) });
        Assert.Equal(Timeout.InfiniteTimeSpan, new IntegrationTestSuite("x") { TestTimeout = Timeout.InfiniteTimeSpan }.TestTimeout);
    }

    private sealed class SynchronousProgress : IProgress<TestResult>
    {
        public List<TestResult> Results { get; } = [];

        public void Report(TestResult value) => Results.Add(value);
    }

    private sealed class BrokenProgress : IProgress<TestResult>
    {
        public void Report(TestResult value) => throw new InvalidOperationException("display");
    }
}
