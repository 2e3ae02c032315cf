using IntegrationKit.Tests.Orchestration.Support;

namespace IntegrationKit.Tests.Orchestration;

public sealed class StartFailureTests
{
    private readonly Journal _journal = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StartAllAsync_one_fails_the_others_are_let_go_and_stopped_in_reverse_order()
    {
        var database = new RecordingService(_journal);
        var cache = new RecordingService(_journal) { DependsOn = [database] };
        var slow = new RecordingService(_journal) { OnStart = (_, token) => Waiting.Forever(token) };
        var failing = new RecordingService(_journal)
        {
            DependsOn = [cache],
            OnStart = async (_, _) =>
            {
                await _journal.SeenAsync("start slow");
                throw new IOException("the disk is full");
            },
        };
        await using var infra = new TestInfrastructure()
            .Register("db", database).Register("cache", cache).Register("slow", slow).Register("failing", failing);

        await Assert.ThrowsAsync<ServiceStartException>(() => infra.StartAllAsync(Cancellation).Soon());

        Assert.Equal(1, _journal.Count("cancelled slow"));
        Assert.Equal(["stop cache", "stopped cache", "stop db", "stopped db"], _journal.Entries.TakeLast(4));
        Assert.Equal(
            (ServiceState.Stopped, ServiceState.Stopped, ServiceState.Stopped, ServiceState.Failed),
            (database.State, cache.State, slow.State, failing.State));
    }

    [Fact]
    public async Task StartAllAsync_one_fails_the_exception_holds_the_facts()
    {
        var cause = new IOException("the disk is full");
        var ready = new RecordingService(_journal);
        var slow = new RecordingService(_journal) { OnStart = (_, token) => Waiting.Forever(token) };
        var failing = new RecordingService(_journal)
        {
            DependsOn = [ready],
            OnStart = async (_, _) =>
            {
                await _journal.SeenAsync("start slow");
                throw cause;
            },
        };
        var blocked = new RecordingService(_journal) { DependsOn = [failing] };
        await using var infra = new TestInfrastructure()
            .Register("ready", ready).Register("slow", slow).Register("failing", failing).Register("blocked", blocked);

        var error = await Assert.ThrowsAsync<ServiceStartException>(() => infra.StartAllAsync(Cancellation).Soon());

        Assert.Equal("failing", error.ServiceName);
        Assert.Same(cause, error.Cause);
        Assert.StartsWith("Service 'failing' could not be started", error.Message, StringComparison.Ordinal);
        Assert.Contains("the disk is full", error.Message, StringComparison.Ordinal);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["ready"] = "was ready, and was stopped",
                ["slow"] = "was starting, and was stopped",
                ["blocked"] = "had not begun: it waits for 'failing'",
            },
            error.OtherServices);
        Assert.Equal(0, _journal.Count("start blocked"));
    }

    [Fact]
    public async Task StartAllAsync_two_fail_the_first_is_told_and_the_second_named()
    {
        var first = new RecordingService(_journal)
        {
            OnStart = async (_, _) =>
            {
                await _journal.SeenAsync("start second");
                throw new IOException("one");
            },
        };
        var second = new RecordingService(_journal)
        {
            OnStart = async (_, token) =>
            {
                // What many client libraries do when they are cancelled: something else than OperationCanceledException.
                await Waiting.Forever(token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw new InvalidDataException("two\nwith more lines");
            },
        };
        await using var infra = new TestInfrastructure().Register("first", first).Register("second", second);

        var error = await Assert.ThrowsAsync<ServiceStartException>(() => infra.StartAllAsync(Cancellation).Soon());

        Assert.Equal("first", error.ServiceName);
        Assert.Equal("failed too: two", error.OtherServices["second"]);
    }

    [Fact]
    public async Task StartAllAsync_synchronous_throw_is_told_like_any_other()
    {
        await using var infra = new TestInfrastructure().Register("a", new ThrowingService());

        var error = await Assert.ThrowsAsync<ServiceStartException>(() => infra.StartAllAsync(Cancellation).Soon());

        Assert.Equal("at once", Assert.IsType<NotSupportedException>(error.Cause).Message);
    }

    [Fact]
    public async Task StartAllAsync_failing_PrepareAsync_is_reported_without_waiting_for_slow_dependencies()
    {
        var slow = new RecordingService(_journal) { OnStart = (_, token) => Waiting.Forever(token) };
        var failing = new RecordingService(_journal)
        {
            DependsOn = [slow],
            OnPrepare = async (_, _) =>
            {
                await _journal.SeenAsync("start slow");
                throw new FileNotFoundException("no such image");
            },
        };
        await using var infra = new TestInfrastructure().Register("slow", slow).Register("failing", failing);

        var error = await Assert.ThrowsAsync<ServiceStartException>(() => infra.StartAllAsync(Cancellation).Soon());

        Assert.Equal("failing", error.ServiceName);
        Assert.Contains("no such image", error.Message, StringComparison.Ordinal);
        Assert.Equal("was starting, and was stopped", error.OtherServices["slow"]);
        Assert.Equal(0, _journal.Count("start failing"));
    }

    [Fact]
    public async Task StartAllAsync_a_later_start_fails_what_ran_before_stays()
    {
        var before = new RecordingService(_journal);
        var failing = new RecordingService(_journal) { DependsOn = [before], OnStart = (_, _) => throw new IOException("no") };
        await using var infra = new TestInfrastructure().Register("before", before).Register("failing", failing);
        await infra.StartAsync("before", Cancellation);

        await Assert.ThrowsAsync<ServiceStartException>(() => infra.StartAllAsync(Cancellation).Soon());

        Assert.Equal(ServiceState.Running, before.State);
        Assert.Equal(0, _journal.Count("stop before"));
    }

    [Fact]
    public async Task StartAllAsync_stop_after_the_failure_fails_too_the_start_is_what_is_told()
    {
        var stubborn = new RecordingService(_journal) { OnStop = () => throw new IOException("it does not go") };
        var failing = new RecordingService(_journal) { DependsOn = [stubborn], OnStart = (_, _) => throw new IOException("no start") };
        await using var infra = new TestInfrastructure().Register("stubborn", stubborn).Register("failing", failing);

        var error = await Assert.ThrowsAsync<ServiceStartException>(() => infra.StartAllAsync(Cancellation).Soon());
        Assert.Equal("failing", error.ServiceName);

        // What could not be stopped then is tried again by the stop.
        stubborn.OnStop = null;
        await infra.StopAllAsync(Cancellation);
        Assert.Equal(ServiceState.Stopped, stubborn.State);
    }

    [Fact]
    public async Task StartAllAsync_cancelled_by_the_caller_leaves_nothing_running()
    {
        using var caller = new CancellationTokenSource();
        var ready = new RecordingService(_journal);
        var slow = new RecordingService(_journal) { DependsOn = [ready], OnStart = (_, token) => Waiting.Forever(token) };
        await using var infra = new TestInfrastructure().Register("ready", ready).Register("slow", slow);

        var start = infra.StartAllAsync(caller.Token);
        await _journal.SeenAsync("start slow");
        await caller.CancelAsync();

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start.Soon());
        Assert.Equal(caller.Token, error.CancellationToken);
        Assert.Equal((ServiceState.Stopped, ServiceState.Stopped), (ready.State, slow.State));
        Assert.Equal(1, _journal.Count("stopped ready"));
    }

    [Fact]
    public async Task StartAllAsync_token_cancelled_before_starts_nothing()
    {
        await using var infra = new TestInfrastructure().Register("a", new RecordingService(_journal));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => infra.StartAllAsync(new CancellationToken(canceled: true)));

        Assert.Empty(_journal.Entries);
    }

    [Fact]
    public async Task StartAllAsync_without_an_engine_says_so_and_nothing_else()
    {
        var options = new TestInfrastructureOptions { EngineEndpoint = "unix:///no/such/engine.sock" };
        await using var infra = new TestInfrastructure(options).Register("redis", new RedisService());

        var error = await Assert.ThrowsAsync<EngineUnavailableException>(() => infra.StartAllAsync(Cancellation).Soon());

        Assert.Contains("unix:///no/such/engine.sock", error.Message, StringComparison.Ordinal);
        Assert.Equal(ServiceState.Failed, infra.Get("redis").State);
    }

    private sealed class ThrowingService : TestService
    {
        protected override Task<ServiceRun> StartAsync(StartContext start, CancellationToken cancellationToken) => throw new NotSupportedException("at once");
    }
}
