namespace IntegrationKit.Suites;

internal sealed record SuiteHooks(
    IReadOnlyList<Step> BeforeAll, IReadOnlyList<Step> BeforeEach, IReadOnlyList<Step> AfterEach, IReadOnlyList<Step> AfterAll);

internal sealed record SuiteLimits(TimeSpan Test, TimeSpan Cleanup, TimeProvider Time);

/// <summary>One run of a suite.</summary>
internal sealed class SuiteRun(
    string name, IReadOnlyList<(string Name, Step Body)> tests, SuiteHooks hooks, SuiteLimits limits, IProgress<TestResult>? progress)
{
    private readonly StepLimit _test = new(limits.Test, nameof(IntegrationTestSuite.TestTimeout), limits.Time);
    private readonly StepLimit _cleanup = new(limits.Cleanup, nameof(IntegrationTestSuite.CleanupTimeout), limits.Time);

    // BeforeAll starts services, which have limits of their own, and a pull may take long.
    private readonly StepLimit _unlimited = new(Timeout.InfiniteTimeSpan, string.Empty, limits.Time);
    private readonly List<Exception> _errors = [];

    public async Task<SuiteResult> RunAsync(CancellationToken cancellationToken)
    {
        var begun = limits.Time.GetTimestamp();
        var setupError = await hooks.BeforeAll.InOrder().TryAsync("BeforeAll", _unlimited, cancellationToken).ConfigureAwait(false);
        if (IsCancellation(setupError, cancellationToken))
        {
            setupError = null;
        }

        if (setupError is not null)
        {
            _errors.Add(setupError);
        }

        var results = new List<TestResult>();
        foreach (var (test, body) in tests)
        {
            var result = await ResultAsync(test, body, setupError, cancellationToken).ConfigureAwait(false);
            results.Add(result);
            Report(result);
        }

        _errors.AddRange(await hooks.AfterAll.TryAllInReverseAsync($"AfterAll of suite '{name}'", _cleanup).ConfigureAwait(false));
        return new SuiteResult(name, results, _errors, limits.Time.GetElapsedTime(begun));
    }

    private static bool IsCancellation(Exception? error, CancellationToken cancellationToken) =>
        error is OperationCanceledException && cancellationToken.IsCancellationRequested;

    private async Task<TestResult> ResultAsync(string test, Step body, Exception? setupError, CancellationToken cancellationToken)
    {
        if (setupError is not null)
        {
            var error = new IntegrationKitException($"The test did not run because BeforeAll of suite '{name}' failed: {setupError.Message}", setupError);
            return new TestResult(test, TestOutcome.Failed, TimeSpan.Zero, error);
        }

        return cancellationToken.IsCancellationRequested
            ? new TestResult(test, TestOutcome.Cancelled, TimeSpan.Zero)
            : await RunTestAsync(test, body, cancellationToken).ConfigureAwait(false);
    }

    private async Task<TestResult> RunTestAsync(string test, Step body, CancellationToken cancellationToken)
    {
        var begun = limits.Time.GetTimestamp();
        var error = await hooks.BeforeEach.Append(body).InOrder().TryAsync($"Test '{test}'", _test, cancellationToken).ConfigureAwait(false);
        var cleanupErrors = await hooks.AfterEach.TryAllInReverseAsync($"AfterEach of test '{test}'", _cleanup).ConfigureAwait(false);
        var duration = limits.Time.GetElapsedTime(begun);
        return (error, cleanupErrors) switch
        {
            (null, []) => new(test, TestOutcome.Passed, duration),
            ({ }, []) when IsCancellation(error, cancellationToken) => new(test, TestOutcome.Cancelled, duration, error),
            ({ }, []) => new(test, TestOutcome.Failed, duration, error),
            (null, [var only]) => new(test, TestOutcome.Failed, duration, only),
            (null, _) => new(test, TestOutcome.Failed, duration, new AggregateException($"AfterEach of test '{test}' failed.", cleanupErrors)),
            _ => new(test, TestOutcome.Failed, duration, new AggregateException($"Test '{test}' and its AfterEach failed.", [error, .. cleanupErrors])),
        };
    }

    private void Report(TestResult result)
    {
        try
        {
            progress?.Report(result);
        }
#pragma warning disable CA1031 // AfterAll must run even if the caller's progress fails.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _errors.Add(e);
        }
    }
}
