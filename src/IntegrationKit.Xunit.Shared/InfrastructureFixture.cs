using IntegrationKit.Adapter;

namespace IntegrationKit;

/// <summary>
/// An infrastructure as an xUnit fixture: of a class by <see cref="IntegrationTest{TFixture}"/>, of a collection or an
/// assembly by <see cref="SharedIntegrationTest{TFixture}"/>. It starts once, before the first test, and stops after the
/// last one. Servers with equal settings are shared by all fixtures of the process; each fixture has its own data on them.
/// </summary>
/// <remarks>
/// Where the start fails, each test throws its error. Where no container engine answers, the tests are skipped with the
/// reason; where the environment variable <c>CI</c> is <c>true</c>, they fail.
/// </remarks>
public abstract partial class InfrastructureFixture : IAsyncLifetime
{
    private FixtureLifecycle? _lifecycle;

    /// <summary>The infrastructure.</summary>
    /// <exception cref="InvalidOperationException">xUnit has not initialised the fixture yet.</exception>
    public TestInfrastructure Infrastructure => Lifecycle.Infrastructure ?? throw new InvalidOperationException(
        $"{GetType().Name}.Infrastructure exists once xUnit has initialised the fixture; the fixture's constructor runs before that.");

    /// <summary>
    /// The options of the whole infrastructure. Servers are shared unless <see cref="TestInfrastructureOptions.ShareServers"/>
    /// is false. The log goes to the running test's output and to the factory that is set here. To read them may take 2
    /// minutes at most.
    /// </summary>
    protected virtual TestInfrastructureOptions Options { get; } = new();

    /// <summary>
    /// What happens at the end of a test that leaves rows, keys, messages or stubs behind: something that differs from the baseline and
    /// that the next reset would remove. <see cref="LeftoversAttribute"/> on a test or a class makes an exception. With anything but
    /// <see cref="LeftoverPolicy.Ignore"/> each test asks every service once more, and tests with <see cref="KeepStateAttribute"/>
    /// run one at a time. Default <see cref="LeftoverPolicy.Ignore"/>.
    /// </summary>
    protected virtual LeftoverPolicy Leftovers => LeftoverPolicy.Ignore;

    internal FixtureLifecycle Lifecycle => LazyInitializer.EnsureInitialized(ref _lifecycle, () => new(
        GetType(), () => Options, () => Leftovers, Configure, SeedAsync, GetDiagnostics()));

    /// <summary>
    /// Registers the services. Called once, before anything runs. It may take as long as the start,
    /// <see cref="TestInfrastructureOptions.StartTimeout"/>.
    /// </summary>
    protected abstract void Configure(TestInfrastructure infra);

    /// <summary>
    /// Adds the data that every test finds: the state at its end is the baseline that the reset before each test restores.
    /// Called after every start, which is more than once where a test has broken the infrastructure. It may take as long as
    /// the start, <see cref="TestInfrastructureOptions.StartTimeout"/>. Default: nothing.
    /// </summary>
    protected virtual Task SeedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Starts and seeds. Never throws: each test says what went wrong.</summary>
    async LifetimeTask IAsyncLifetime.InitializeAsync() => await Lifecycle.StartAsync().ConfigureAwait(false);

    async LifetimeTask LifetimeEnd.DisposeAsync() => await Lifecycle.StopAsync().ConfigureAwait(false);
}
