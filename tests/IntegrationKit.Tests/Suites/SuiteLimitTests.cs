using IntegrationKit.Tests.HttpMock;

namespace IntegrationKit.Tests.Suites;

public sealed class SuiteLimitTests
{
    private readonly ManualTime _time = new();
    private readonly List<string> _calls = [];

    [Fact]
    public async Task TestTimeout_ends_a_test_that_waits()
    {
        var given = new TaskCompletionSource<CancellationToken>();
        var suite = new IntegrationTestSuite("orders") { TestTimeout = TimeSpan.FromSeconds(3), CleanupTimeout = Timeout.InfiniteTimeSpan, TimeProvider = _time }
            .AfterEach(() => _calls.Add("afterEach"))
            .Test("waits", cancellationToken =>
            {
                given.SetResult(cancellationToken);
                return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            });

        var run = suite.RunAsync(cancellationToken: TestContext.Current.CancellationToken);
        var timer = await _time.NextTimerAsync(TimeSpan.FromSeconds(3));
        var token = await given.Task;
        timer.Fire();
        var result = await run;

        Assert.Equal(["afterEach"], _calls);
        var error = Assert.IsType<TimeoutException>(Assert.Single(result.Tests).Error);
        Assert.Equal("Test 'waits' did not end within TestTimeout (00:00:03).", error.Message);
        Assert.Equal(TestOutcome.Failed, result.Tests[0].Outcome);
        Assert.True(token.IsCancellationRequested);
    }

    [Fact]
    public async Task TestTimeout_ends_a_test_that_ignores_its_token_or_blocks()
    {
        using var release = new ManualResetEventSlim();
        var suite = new IntegrationTestSuite("orders") { CleanupTimeout = Timeout.InfiniteTimeSpan, TimeProvider = _time }
            .Test("ignores its token", () => new TaskCompletionSource().Task)
            .Test("blocks", () => release.Wait(TestContext.Current.CancellationToken))
            .Test("next", () => _calls.Add("next"));

        var run = suite.RunAsync(cancellationToken: TestContext.Current.CancellationToken);
        (await _time.NextTimerAsync(TimeSpan.FromMinutes(5))).Fire();
        (await _time.NextTimerAsync(TimeSpan.FromMinutes(5))).Fire();
        var result = await run;
        release.Set();

        Assert.Equal([TestOutcome.Failed, TestOutcome.Failed, TestOutcome.Passed], result.Tests.Select(t => t.Outcome));
        Assert.Contains("'blocks' did not end within TestTimeout", result.Tests[1].Error!.Message, StringComparison.Ordinal);
        Assert.Equal(["next"], _calls);
    }

    [Fact]
    public async Task CleanupTimeout_ends_AfterEach_and_AfterAll()
    {
        var suite = new IntegrationTestSuite("orders") { TestTimeout = Timeout.InfiniteTimeSpan, CleanupTimeout = TimeSpan.FromSeconds(2), TimeProvider = _time }
            .AfterEach(() => new TaskCompletionSource().Task)
            .AfterAll(() => new TaskCompletionSource().Task)
            .Test("a", () => { });

        var run = suite.RunAsync(cancellationToken: TestContext.Current.CancellationToken);
        (await _time.NextTimerAsync(TimeSpan.FromSeconds(2))).Fire();
        (await _time.NextTimerAsync(TimeSpan.FromSeconds(2))).Fire();
        var result = await run;

        Assert.Equal("AfterEach of test 'a' did not end within CleanupTimeout (00:00:02).", result.Tests[0].Error!.Message);
        Assert.Equal("AfterAll of suite 'orders' did not end within CleanupTimeout (00:00:02).", Assert.Single(result.Errors).Message);
    }

    [Fact]
    public async Task Cancellation_stops_the_test_that_runs_and_marks_the_rest()
    {
        using var cancel = new CancellationTokenSource();
        var suite = new IntegrationTestSuite("orders")
            .AfterEach(token => Call("afterEach", token))
            .AfterAll(token => Call("afterAll", token))
            .Test("before", () => { })
            .Test("runs", async cancellationToken =>
            {
                await cancel.CancelAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            })
            .Test("rest", () => _calls.Add("rest"));

        var result = await suite.RunAsync(cancellationToken: cancel.Token);

        Assert.Equal([TestOutcome.Passed, TestOutcome.Cancelled, TestOutcome.Cancelled], result.Tests.Select(t => t.Outcome));
        Assert.Equal(["afterEach False", "afterEach False", "afterAll False"], _calls);
        Assert.Equal((1, 0, 2), (result.Passed, result.Failed, result.Cancelled));
        Assert.False(result.Succeeded);
        Assert.Contains("1 passed, 0 failed, 2 cancelled", result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancellation_waits_for_a_test_that_ignores_it_up_to_its_limit()
    {
        using var cancel = new CancellationTokenSource();
        var begun = new TaskCompletionSource();
        var suite = new IntegrationTestSuite("orders") { CleanupTimeout = Timeout.InfiniteTimeSpan, TimeProvider = _time }
            .Test("ignores its token", () =>
            {
                begun.SetResult();
                return new TaskCompletionSource().Task;
            });

        var run = suite.RunAsync(cancellationToken: cancel.Token);
        var timer = await _time.NextTimerAsync(TimeSpan.FromMinutes(5));
        await begun.Task;
        await cancel.CancelAsync();
        Assert.False(run.IsCompleted);
        timer.Fire();
        var result = await run;

        Assert.Equal(TestOutcome.Failed, result.Tests[0].Outcome);
        Assert.IsType<TimeoutException>(result.Tests[0].Error);
    }

    [Fact]
    public async Task Cancellation_lets_a_test_that_ends_anyway_pass()
    {
        using var cancel = new CancellationTokenSource();
        var suite = new IntegrationTestSuite("orders").Test("ends", cancel.Cancel).Test("rest", () => { });

        var result = await suite.RunAsync(cancellationToken: cancel.Token);

        Assert.Equal([TestOutcome.Passed, TestOutcome.Cancelled], result.Tests.Select(t => t.Outcome));
    }

    [Fact]
    public async Task Cancellation_in_BeforeAll_cancels_every_test_and_AfterAll_runs()
    {
        using var cancel = new CancellationTokenSource();
        var suite = new IntegrationTestSuite("orders")
            .BeforeAll(async cancellationToken =>
            {
                await cancel.CancelAsync();
                cancellationToken.ThrowIfCancellationRequested();
            })
            .AfterAll(token => Call("afterAll", token))
            .Test("a", () => _calls.Add("a"));

        var result = await suite.RunAsync(cancellationToken: cancel.Token);

        Assert.Equal(["afterAll False"], _calls);
        Assert.Equal(TestOutcome.Cancelled, Assert.Single(result.Tests).Outcome);
        Assert.Empty(result.Errors);
    }

    [Fact]
    public async Task Test_that_throws_a_cancellation_of_its_own_fails()
    {
        var suite = new IntegrationTestSuite("orders").Test("a", () => throw new OperationCanceledException("own"));

        var result = await suite.RunAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(TestOutcome.Failed, result.Tests[0].Outcome);
        Assert.Equal("own", result.Tests[0].Error!.Message);
    }

    private Task Call(string name, CancellationToken cancellationToken)
    {
        _calls.Add($"{name} {cancellationToken.IsCancellationRequested}");
        return Task.CompletedTask;
    }
}
