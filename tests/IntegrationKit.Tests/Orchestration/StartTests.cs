using IntegrationKit.Tests.Orchestration.Support;

namespace IntegrationKit.Tests.Orchestration;

public sealed class StartTests
{
    private readonly Journal _journal = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StartAllAsync_independent_services_start_at_the_same_time()
    {
        var (a, b) = (Gated(), Gated());
        await using var infra = new TestInfrastructure().Register("a", a).Register("b", b);

        var start = infra.StartAllAsync(Cancellation);
        await _journal.SeenAsync("start a");
        await _journal.SeenAsync("start b");

        Assert.Equal((ServiceState.Starting, ServiceState.Starting), (a.State, b.State));
        a.Gate!.SetResult();
        b.Gate!.SetResult();
        await start.Soon();
        Assert.Equal((ServiceState.Running, ServiceState.Running), (a.State, b.State));
    }

    [Fact]
    public async Task StartAllAsync_dependent_begins_only_when_its_dependency_is_ready()
    {
        var database = Gated();
        var api = new RecordingService(_journal) { DependsOn = [database] };
        await using var infra = new TestInfrastructure().Register("api", api).Register("db", database);

        var start = infra.StartAllAsync(Cancellation);
        await _journal.SeenAsync("start db");
        Assert.Equal(["start db"], _journal.Entries);
        database.Gate!.SetResult();
        await start.Soon();

        Assert.Equal(["start db", "ready db", "start api", "ready api"], _journal.Entries);
    }

    [Fact]
    public async Task StartAllAsync_diamond_starts_each_once_and_its_middle_at_the_same_time()
    {
        var bottom = new RecordingService(_journal);
        var left = Gated(bottom);
        var right = Gated(bottom);
        var top = new RecordingService(_journal) { DependsOn = [left, right] };
        await using var infra = new TestInfrastructure()
            .Register("top", top).Register("left", left).Register("right", right).Register("bottom", bottom);

        var start = infra.StartAllAsync(Cancellation);
        await _journal.SeenAsync("start left");
        await _journal.SeenAsync("start right");
        left.Gate!.SetResult();
        await _journal.SeenAsync("ready left");
        Assert.Equal(0, _journal.Count("start top"));
        right.Gate!.SetResult();
        await start.Soon();

        Assert.Equal(["start bottom", "ready bottom"], _journal.Entries.Take(2));
        Assert.Equal(["start top", "ready top"], _journal.Entries.TakeLast(2));
        Assert.Equal(8, _journal.Entries.Count);
    }

    [Fact]
    public async Task StartAllAsync_prepares_a_dependent_before_its_dependency_is_ready()
    {
        var database = Gated();
        var api = new RecordingService(_journal) { DependsOn = [database], OnPrepare = (_, _) => Task.CompletedTask };
        await using var infra = new TestInfrastructure().Register("db", database).Register("api", api);

        var start = infra.StartAllAsync(Cancellation);
        await _journal.SeenAsync("prepare api");
        Assert.Equal(0, _journal.Count("ready db"));

        database.Gate!.SetResult();
        await start.Soon();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task StartAllAsync_starts_no_more_at_a_time_than_MaxParallelism(int limit)
    {
        var (inside, most) = (0, 0);
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var infra = new TestInfrastructure(new() { MaxParallelism = limit });
        foreach (var i in Enumerable.Range(0, 5))
        {
            infra.Register($"s{i}", new RecordingService(_journal) { OnStart = StartAsync });
        }

        await infra.StartAllAsync(Cancellation).Soon();

        Assert.Equal(limit, most);
        Assert.Equal(5, _journal.Entries.Count(each => each.StartsWith("ready", StringComparison.Ordinal)));

        async Task StartAsync(StartContext context, CancellationToken cancellationToken)
        {
            var now = Interlocked.Increment(ref inside);
            InterlockedMax(ref most, now);
            if (now >= limit)
            {
                full.TrySetResult();
            }

            // The first ones stay inside until the limit is reached, so that the count means something.
            await full.Task.WaitAsync(cancellationToken);
            await Task.Yield();
            Interlocked.Decrement(ref inside);
        }
    }

    [Fact]
    public async Task StartAllAsync_service_that_blocks_its_thread_holds_up_no_other()
    {
        using var entered = new ManualResetEventSlim();
        var blocking = new RecordingService(_journal)
        {
            OnStart = (_, token) =>
            {
                entered.Wait(token);
                return Task.CompletedTask;
            },
        };
        var other = new RecordingService(_journal)
        {
            OnStart = (_, _) =>
            {
                entered.Set();
                return Task.CompletedTask;
            },
        };
        await using var infra = new TestInfrastructure().Register("blocking", blocking).Register("other", other);

        await Task.Run(() => infra.StartAllAsync(Cancellation), Cancellation).Soon();

        Assert.Equal(ServiceState.Running, blocking.State);
    }

    [Fact]
    public async Task StartAllAsync_returns_the_infrastructure()
    {
        await using var infra = new TestInfrastructure().Register("a", new RecordingService(_journal));

        Assert.Same(infra, await infra.StartAllAsync(Cancellation));
    }

    [Fact]
    public async Task StartAllAsync_without_services_returns()
    {
        await using var infra = new TestInfrastructure();

        Assert.Same(infra, await infra.StartAllAsync(Cancellation));
    }

    [Fact]
    public async Task StartAllAsync_while_all_run_starts_nothing()
    {
        await using var infra = new TestInfrastructure().Register("a", new RecordingService(_journal));
        await infra.StartAllAsync(Cancellation);

        await infra.StartAllAsync(Cancellation);

        Assert.Equal(["start a", "ready a"], _journal.Entries);
    }

    [Fact]
    public async Task StartAllAsync_called_twice_at_once_starts_each_service_once()
    {
        var (a, b) = (Gated(), new RecordingService(_journal));
        await using var infra = new TestInfrastructure().Register("a", a).Register("b", b);

        var starts = new[] { infra.StartAllAsync(Cancellation), infra.StartAllAsync(Cancellation) };
        await _journal.SeenAsync("start a");
        a.Gate!.SetResult();
        await Task.WhenAll(starts).Soon();

        Assert.Equal((1, 1), (_journal.Count("start a"), _journal.Count("start b")));
    }

    [Fact]
    public async Task StartAllAsync_after_a_stop_starts_afresh()
    {
        await using var infra = new TestInfrastructure().Register("a", new RecordingService(_journal));
        await infra.StartAllAsync(Cancellation);
        await infra.StopAllAsync(Cancellation);

        await infra.StartAllAsync(Cancellation);

        Assert.Equal(["start a", "ready a", "stop a", "stopped a", "start a", "ready a"], _journal.Entries);
        Assert.Equal(ServiceState.Running, infra.Get("a").State);
    }

    [Fact]
    public async Task StartAllAsync_after_a_failed_start_starts_afresh()
    {
        var service = new RecordingService(_journal) { OnStart = (_, _) => throw new InvalidOperationException("not yet") };
        await using var infra = new TestInfrastructure().Register("a", service);
        await Assert.ThrowsAsync<ServiceStartException>(() => infra.StartAllAsync(Cancellation));
        Assert.Equal(ServiceState.Failed, service.State);

        service.OnStart = null;
        await infra.StartAllAsync(Cancellation);

        Assert.Equal(ServiceState.Running, service.State);
    }

    [Fact]
    public async Task StartAsync_starts_the_service_and_what_it_needs_only()
    {
        var database = new RecordingService(_journal);
        var cache = new RecordingService(_journal) { DependsOn = [database] };
        var api = new RecordingService(_journal) { DependsOn = [cache] };
        await using var infra = new TestInfrastructure()
            .Register("other", new RecordingService(_journal)).Register("api", api).Register("cache", cache).Register("db", database);

        await infra.StartAsync("cache", Cancellation);

        Assert.Equal(["start db", "ready db", "start cache", "ready cache"], _journal.Entries);
        Assert.Equal(ServiceState.Registered, api.State);
    }

    [Fact]
    public async Task StartAsync_of_a_running_service_returns_at_once()
    {
        var service = new RecordingService(_journal);
        await using var infra = new TestInfrastructure().Register("a", service);
        await infra.StartAllAsync(Cancellation);

        var again = infra.StartAsync("a", Cancellation);

        Assert.True(again.IsCompletedSuccessfully);
        Assert.Equal(1, _journal.Count("start a"));
    }

    [Fact]
    public async Task StartAsync_called_twice_at_once_starts_the_service_once()
    {
        var service = Gated();
        await using var infra = new TestInfrastructure().Register("a", service);

        var starts = new[] { infra.StartAsync("a", Cancellation), infra.StartAsync("a", Cancellation) };
        await _journal.SeenAsync("start a");
        service.Gate!.SetResult();
        var started = await Task.WhenAll(starts).Soon();

        Assert.Equal(["start a", "ready a"], _journal.Entries);
        Assert.All(started, each => Assert.Same(service, each));
    }

    [Fact]
    public async Task StartAsync_typed_returns_the_service()
    {
        var service = new ResettableService(_journal);
        await using var infra = new TestInfrastructure().Register("a", service);

        Assert.Same(service, await infra.StartAsync<ResettableService>("a", Cancellation));
        Assert.Equal(ServiceState.Running, service.State);
    }

    [Fact]
    public async Task StartAllAsync_after_StartAsync_starts_the_rest()
    {
        var database = new RecordingService(_journal);
        var api = new RecordingService(_journal) { DependsOn = [database] };
        await using var infra = new TestInfrastructure().Register("api", api).Register("db", database);
        await infra.StartAsync("db", Cancellation);

        await infra.StartAllAsync(Cancellation);

        Assert.Equal(["start db", "ready db", "start api", "ready api"], _journal.Entries);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }

    private RecordingService Gated(params TestService[] dependsOn) =>
        new(_journal) { Gate = new(TaskCreationOptions.RunContinuationsAsynchronously), DependsOn = dependsOn };
}
