using IntegrationKit.Suites;

namespace IntegrationKit;

/// <summary>
/// Tests with hooks around them that run without a test framework: one after the other, in the order of registration.
/// After hooks always run, also when something before them failed.
/// </summary>
public sealed partial class IntegrationTestSuite
{
    private readonly List<Step> _beforeAll = [];
    private readonly List<Step> _afterAll = [];
    private readonly List<Step> _beforeEach = [];
    private readonly List<Step> _afterEach = [];
    private readonly List<(string Name, Step Body)> _tests = [];
    private int _isRunning;

    /// <summary>Creates a suite without tests.</summary>
    /// <param name="name">The name in results and errors.</param>
    public IntegrationTestSuite(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    /// <summary>The name in results and errors.</summary>
    public string Name { get; }

    /// <summary>
    /// How long a test may take together with its BeforeEach. One that takes longer fails, its token is cancelled, and the
    /// run goes on without waiting for it. Default 5 minutes; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is zero or negative.</exception>
    public TimeSpan TestTimeout { get; init => field = Limit(value, nameof(TestTimeout)); } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long each AfterEach and AfterAll may take. Default 1 minute; <see cref="Timeout.InfiniteTimeSpan"/> for no
    /// limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is zero or negative.</exception>
    public TimeSpan CleanupTimeout { get; init => field = Limit(value, nameof(CleanupTimeout)); } = TimeSpan.FromMinutes(1);

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// Runs BeforeAll, every test between its BeforeEach and AfterEach, and AfterAll. Where a BeforeAll fails, every test
    /// fails with its error. It does not throw where tests fail or the run is cancelled: the result says so.
    /// </summary>
    /// <param name="progress">Gets each result as soon as it is known.</param>
    /// <param name="cancellationToken">
    /// Cancels the run: BeforeAll, BeforeEach and the running test get this token, and further tests do not begin. After
    /// hooks run with a token of their own.
    /// </param>
    /// <exception cref="InvalidOperationException">The suite is already running.</exception>
    public async Task<SuiteResult> RunAsync(IProgress<TestResult>? progress = null, CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _isRunning, 1) == 1)
        {
            throw new InvalidOperationException($"Suite '{Name}' is already running: await its RunAsync before you call it again.");
        }

        try
        {
            var hooks = new SuiteHooks([.. _beforeAll], [.. _beforeEach], [.. _afterEach], [.. _afterAll]);
            var limits = new SuiteLimits(TestTimeout, CleanupTimeout, TimeProvider);
            return await new SuiteRun(Name, [.. _tests], hooks, limits, progress).RunAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _isRunning, 0);
        }
    }

    private static TimeSpan Limit(TimeSpan value, string name) => value > TimeSpan.Zero || value == Timeout.InfiniteTimeSpan
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be longer than zero, or Timeout.InfiniteTimeSpan.");
}
