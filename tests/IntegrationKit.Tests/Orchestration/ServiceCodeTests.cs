using IntegrationKit.Tests.Orchestration.Support;

namespace IntegrationKit.Tests.Orchestration;

/// <summary>What services say of themselves is their own code: it runs under no lock, and what it throws is a mistake that is reported.</summary>
public sealed class ServiceCodeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Validate_that_waits_for_another_thread_which_uses_the_infrastructure_blocks_nothing()
    {
        var infra = new TestInfrastructure();
        var seen = new List<int>();
        var service = new OutspokenService
        {
            OnValidate = () =>
            {
                OnAnotherThread(() => seen.Add(infra.Services.Count));
                OnAnotherThread(() => infra.Register("late", new OutspokenService()));
                return [];
            },
        };
        infra.Register("outspoken", service);

        await Task.Run(() => infra.StartAllAsync(Cancellation), Cancellation).Soon();

        Assert.Equal([1], seen);
        Assert.Equal(ServiceState.Running, service.State);
        await infra.DisposeAsync();
    }

    [Fact]
    public async Task Dependencies_that_wait_for_another_thread_which_uses_the_infrastructure_block_nothing()
    {
        var infra = new TestInfrastructure();
        var service = new OutspokenService { OnDependencies = () => [OnAnotherThread(() => infra.Get("other"))] };
        infra.Register("outspoken", service).Register("other", new OutspokenService());

        await Task.Run(() => infra.StartAllAsync(Cancellation), Cancellation).Soon();

        Assert.Equal(ServiceState.Running, service.State);
        await infra.DisposeAsync();
    }

    [Fact]
    public async Task Validate_and_Dependencies_that_throw_are_mistakes_beside_the_others()
    {
        await using var infra = new TestInfrastructure()
            .Register("no validate", new OutspokenService { OnValidate = () => throw new FormatException("not a number") })
            .Register("half a validate", new OutspokenService { OnValidate = () => Halfway("one mistake") })
            .Register("no dependencies", new OutspokenService { OnDependencies = () => throw new IOException("no such file") })
            .Register("too short", new OutspokenService { StartTimeout = TimeSpan.Zero });

        var error = await Assert.ThrowsAsync<InfrastructureConfigurationException>(() => infra.StartAllAsync(Cancellation).Soon());

        Assert.Equal(
            [
                "Service 'no dependencies': its Dependencies threw IOException: no such file",
                "Service 'no validate': its Validate threw FormatException: not a number",
                "Service 'half a validate': its Validate threw InvalidOperationException: stuck",
                "Service 'too short': StartTimeout is 00:00:00; it must be longer than zero and at most 49 days.",
            ],
            error.Problems);

        static IEnumerable<string> Halfway(string mistake)
        {
            yield return mistake;
            throw new InvalidOperationException("stuck");
        }
    }

    [Fact]
    public async Task Dependencies_are_asked_once_in_a_start()
    {
        var asked = 0;
        await using var infra = new TestInfrastructure().Register("outspoken", new OutspokenService
        {
            OnDependencies = () =>
            {
                asked++;
                return [];
            },
        });

        await infra.StartAllAsync(Cancellation).Soon();

        Assert.Equal(1, asked);
    }

    private static void OnAnotherThread(Action action) => OnAnotherThread(() =>
    {
        action();
        return true;
    });

    private static T OnAnotherThread<T>(Func<T> action)
    {
        var result = default(T)!;
        var thread = new Thread(() => result = action()) { IsBackground = true };
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromSeconds(5)), "The other thread waits for a lock.");
        return result;
    }

    private sealed class OutspokenService : TestService
    {
        public Func<IEnumerable<string>>? OnValidate { get; init; }

        public Func<IEnumerable<TestService>>? OnDependencies { get; init; }

        protected override IEnumerable<TestService> Dependencies => OnDependencies?.Invoke() ?? base.Dependencies;

        protected override IEnumerable<string> Validate() => OnValidate?.Invoke() ?? base.Validate();

        protected override Task<ServiceRun> StartAsync(StartContext start, CancellationToken cancellationToken) => Task.FromResult<ServiceRun>(new CheapRun());

        private sealed class CheapRun : ServiceRun
        {
            public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
