namespace IntegrationKit.Tests.Suites;

public sealed class SuiteHookTests
{
    private readonly List<string> _calls = [];

    [Fact]
    public async Task RunAsync_runs_hooks_around_tests_in_order()
    {
        var suite = new IntegrationTestSuite("orders")
            .BeforeAll(() => _calls.Add("beforeAll1"))
            .BeforeAll(async () =>
            {
                await Task.Yield();
                _calls.Add("beforeAll2");
            })
            .AfterAll(() => _calls.Add("afterAll1"))
            .AfterAll(_ => Call("afterAll2"))
            .BeforeEach(() => _calls.Add("beforeEach1"))
            .BeforeEach(_ => Call("beforeEach2"))
            .AfterEach(() => _calls.Add("afterEach1"))
            .AfterEach(() => Call("afterEach2"))
            .Test("b", () => _calls.Add("b"))
            .Test("a", () => Call("a"))
            .Test("c", async cancellationToken =>
            {
                await Task.Yield();
                _calls.Add(cancellationToken.CanBeCanceled ? "c" : "c without token");
            });

        var result = await suite.RunAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(
            [
                "beforeAll1", "beforeAll2",
                "beforeEach1", "beforeEach2", "b", "afterEach2", "afterEach1",
                "beforeEach1", "beforeEach2", "a", "afterEach2", "afterEach1",
                "beforeEach1", "beforeEach2", "c", "afterEach2", "afterEach1",
                "afterAll2", "afterAll1",
            ],
            _calls);
        Assert.True(result.Succeeded);
        Assert.Equal((3, 0, 0), (result.Passed, result.Failed, result.Cancelled));
        Assert.Equal(["b", "a", "c"], result.Tests.Select(t => t.Name));
        Assert.All(result.Tests, t => Assert.Null(t.Error));
    }

    [Fact]
    public async Task AfterEach_and_AfterAll_run_when_a_test_fails()
    {
        var error = new InvalidOperationException("no stock");
        var suite = new IntegrationTestSuite("orders")
            .AfterEach(() => _calls.Add("afterEach"))
            .AfterAll(() => _calls.Add("afterAll"))
            .Test("fails", () => throw error)
            .Test("passes", () => _calls.Add("passes"));

        var result = await suite.RunAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(["afterEach", "passes", "afterEach", "afterAll"], _calls);
        Assert.Equal((1, 1), (result.Passed, result.Failed));
        Assert.Same(error, result.Tests[0].Error);
        Assert.Equal((TestOutcome.Failed, false), (result.Tests[0].Outcome, result.Tests[0].Passed));
        Assert.False(result.Succeeded);
    }

    [Fact]
    public async Task BeforeAll_that_fails_fails_every_test_with_its_cause()
    {
        var cause = new InvalidOperationException("no engine");
        var suite = new IntegrationTestSuite("orders")
            .BeforeAll(() => throw cause)
            .BeforeAll(() => _calls.Add("second"))
            .BeforeEach(() => _calls.Add("beforeEach"))
            .AfterEach(() => _calls.Add("afterEach"))
            .AfterAll(() => _calls.Add("afterAll"))
            .Test("a", () => _calls.Add("a"))
            .Test("b", () => _calls.Add("b"));

        var result = await suite.RunAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(["afterAll"], _calls);
        Assert.Equal(2, result.Failed);
        Assert.All(result.Tests, test =>
        {
            Assert.Equal("The test did not run because BeforeAll of suite 'orders' failed: no engine", test.Error!.Message);
            Assert.Same(cause, test.Error.InnerException);
            Assert.Equal(TimeSpan.Zero, test.Duration);
        });
        Assert.Same(cause, Assert.Single(result.Errors));
    }

    [Fact]
    public async Task BeforeEach_that_fails_fails_the_test_and_AfterEach_runs()
    {
        var failures = 0;
        var suite = new IntegrationTestSuite("orders")
            .BeforeEach(() =>
            {
                if (failures++ == 0)
                {
                    throw new InvalidOperationException("no reset");
                }
            })
            .AfterEach(() => _calls.Add("afterEach"))
            .Test("a", () => _calls.Add("a"))
            .Test("b", () => _calls.Add("b"));

        var result = await suite.RunAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(["afterEach", "b", "afterEach"], _calls);
        Assert.Equal([TestOutcome.Failed, TestOutcome.Passed], result.Tests.Select(t => t.Outcome));
        Assert.Equal("no reset", result.Tests[0].Error!.Message);
    }

    [Fact]
    public async Task AfterEach_that_fails_fails_the_test()
    {
        var error = new InvalidOperationException("no reset");
        var suite = new IntegrationTestSuite("orders")
            .AfterEach(() => _calls.Add("other afterEach"))
            .AfterEach(() => throw error)
            .Test("a", () => { });

        var result = await suite.RunAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(["other afterEach"], _calls);
        Assert.Equal(1, result.Failed);
        Assert.Same(error, result.Tests[0].Error);
    }

    [Fact]
    public async Task AfterEach_that_fails_after_its_test_keeps_all_errors()
    {
        var suite = new IntegrationTestSuite("orders")
            .AfterEach(() => throw new InvalidOperationException("first hook"))
            .AfterEach(() => throw new InvalidOperationException("second hook"))
            .Test("a", () => throw new InvalidOperationException("test"))
            .Test("b", () => { });

        var result = await suite.RunAsync(cancellationToken: TestContext.Current.CancellationToken);

        var both = Assert.IsType<AggregateException>(result.Tests[0].Error);
        Assert.Equal(["test", "second hook", "first hook"], both.InnerExceptions.Select(e => e.Message));
        Assert.StartsWith("Test 'a' and its AfterEach failed.", both.Message, StringComparison.Ordinal);
        var hooks = Assert.IsType<AggregateException>(result.Tests[1].Error);
        Assert.Equal(["second hook", "first hook"], hooks.InnerExceptions.Select(e => e.Message));
    }

    [Fact]
    public async Task AfterAll_that_fails_is_in_the_result()
    {
        var suite = new IntegrationTestSuite("orders")
            .AfterAll(() => throw new InvalidOperationException("first"))
            .AfterAll(() => throw new InvalidOperationException("second"))
            .Test("a", () => { });

        var result = await suite.RunAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((1, 0), (result.Passed, result.Failed));
        Assert.False(result.Succeeded);
        Assert.Equal(["second", "first"], result.Errors.Select(e => e.Message));
        Assert.Contains("outside tests: second", result.ToString(), StringComparison.Ordinal);
    }

    private Task Call(string name)
    {
        _calls.Add(name);
        return Task.CompletedTask;
    }
}
