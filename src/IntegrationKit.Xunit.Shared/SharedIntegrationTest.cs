using System.Diagnostics;
using IntegrationKit.Adapter;

namespace IntegrationKit;

/// <summary>
/// A test class whose infrastructure is a fixture of its collection or of the assembly. Before each test the
/// infrastructure is reset, so tests that share one run one at a time; <see cref="KeepStateAttribute"/> turns both off.
/// </summary>
/// <typeparam name="TFixture">The fixture.</typeparam>
public abstract class SharedIntegrationTest<TFixture> : IAsyncLifetime
    where TFixture : InfrastructureFixture
{
    private readonly TFixture _infra;
    private readonly TestRun _run;

    /// <summary>Called by the test class with what xUnit passes to its constructor.</summary>
    /// <param name="infra">The fixture.</param>
    /// <param name="output">The test's output. Needed only with a test framework other than the package's.</param>
    /// <exception cref="InvalidOperationException">The class implements an interface that the base class needs for itself.</exception>
    [StackTraceHidden]
    protected SharedIntegrationTest(TFixture infra, ITestOutputHelper? output = null)
    {
        ArgumentNullException.ThrowIfNull(infra);
        OwnLifetime.ThrowIfReplaced(GetType());
        infra.Lifecycle.ThrowIfFailed();
        _infra = infra;
        _run = new(infra.Lifecycle, GetType(), XunitHost.GetCurrentTest(this, output));
    }

    /// <summary>The fixture.</summary>
    /// <exception cref="InvalidOperationException">The test has timed out and its infrastructure was given to the next one.</exception>
    protected TFixture Infra
    {
        [StackTraceHidden]
        get
        {
            _run.ThrowIfRevoked();
            return _infra;
        }
    }

    /// <summary>Cancelled when the test times out, when it has ended, and when the run is cancelled.</summary>
    protected CancellationToken Cancellation => _run.Cancellation;

    /// <summary>
    /// Prepares what the tests of the class need. Runs before each test, after the reset. Make stubs here: the reset would
    /// remove those made in a constructor. Default: nothing.
    /// </summary>
    protected virtual Task ArrangeAsync() => Task.CompletedTask;

    /// <summary>
    /// Runs after each test, while the infrastructure still belongs to it. It does not run after a test that has timed out
    /// and whose infrastructure was given to the next one. Default: nothing, since the reset cleans up.
    /// </summary>
    protected virtual Task CleanUpAsync() => Task.CompletedTask;

    async LifetimeTask IAsyncLifetime.InitializeAsync() => await _run.BeginAsync(ArrangeAsync).ConfigureAwait(true);

    async LifetimeTask LifetimeEnd.DisposeAsync() => await _run.CleanUpAsync(CleanUpAsync).ConfigureAwait(true);
}
