using IntegrationKit.Limits;
using IntegrationKit.Tests.Orchestration.Support;

namespace IntegrationKit.Tests.Orchestration;

/// <summary>Code of services that ignores its token, or blocks its thread: no operation waits for it past its limit.</summary>
public sealed class IgnoredTokenTests : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(9);

    private readonly Journal _journal = new();
    private readonly WatchedTime _time = new();
    private readonly RecordingLog _log = new();
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _unblocked = new();
    private readonly List<TestInfrastructure> _infrastructures = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _unblocked.Set();
        _end.TrySetResult();
        foreach (var infra in _infrastructures)
        {
            await Record.ExceptionAsync(() => infra.DisposeAsync().AsTask().Soon());
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StartAsync_of_a_service_is_waited_for_until_its_limit_and_the_grace(bool blocks)
    {
        var service = new RecordingService(_journal) { StartTimeout = Limit, OnStart = (_, _) => HangAsync(blocks) };
        var infra = Infrastructure().Register("stubborn", service);

        var start = infra.StartAllAsync(Cancellation);
        await _journal.SeenAsync("start stubborn");
        _time.Advance(Limit);
        await _time.PassAsync(BoundedCall.Grace);

        var error = await Assert.ThrowsAsync<ServiceStartException>(() => start.Soon());
        Assert.Equal("stubborn", error.ServiceName);
        Assert.Equal("its StartAsync, which still runs: it ignores its cancellation token", error.WaitingFor);
        Assert.Contains("within 9 s, its StartTimeout", error.Message, StringComparison.Ordinal);
        await infra.StopAllAsync(Cancellation).Soon();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PrepareAsync_of_a_service_is_waited_for_until_the_limit_of_all_and_the_grace(bool blocks)
    {
        var service = new RecordingService(_journal) { OnPrepare = (_, _) => HangAsync(blocks) };
        var infra = Infrastructure(startTimeout: Limit).Register("stubborn", service);

        var start = infra.StartAllAsync(Cancellation);
        await _journal.SeenAsync("prepare stubborn");
        _time.Advance(Limit);
        await _time.PassAsync(BoundedCall.Grace);

        var error = await Assert.ThrowsAsync<ServiceStartException>(() => start.Soon());
        Assert.Equal("its PrepareAsync, which still runs: it ignores its cancellation token", error.WaitingFor);
        await infra.DisposeAsync().AsTask().Soon();
    }

    [Fact]
    public async Task Delegate_that_a_service_runs_is_named_as_what_still_runs()
    {
        var service = new RecordingService(_journal)
        {
            StartTimeout = Limit,
            OnStart = (start, token) => start.RunAsync("Migrate", _ => HangAsync(blocks: true), token),
        };
        var infra = Infrastructure().Register("database", service);

        var start = infra.StartAllAsync(Cancellation);
        await _journal.SeenAsync("hangs");
        _time.Advance(Limit);
        await _time.PassAsync(BoundedCall.InnerGrace);

        var error = await Assert.ThrowsAsync<ServiceStartException>(() => start.Soon());
        Assert.Contains("within 9 s, its StartTimeout", error.Message, StringComparison.Ordinal);
        Assert.Equal("Migrate, which still runs: it ignores its cancellation token", error.WaitingFor);
    }

    [Fact]
    public async Task StopAllAsync_and_DisposeAsync_end_a_start_that_ignores_its_token()
    {
        var service = new RecordingService(_journal) { OnStart = (_, _) => HangAsync(blocks: true) };
        var infra = Infrastructure().Register("stubborn", service);

        var start = infra.StartAllAsync(Cancellation);
        await _journal.SeenAsync("start stubborn");
        var stop = infra.StopAllAsync(Cancellation);
        await _time.PassAsync(BoundedCall.Grace);
        await stop.Soon();
        await infra.DisposeAsync().AsTask().Soon();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start.Soon());
        Assert.Equal(ServiceState.Stopped, service.State);
    }

    [Fact]
    public async Task Cancellation_by_the_caller_ends_a_start_that_ignores_its_token()
    {
        using var caller = new CancellationTokenSource();
        var infra = Infrastructure().Register("stubborn", new RecordingService(_journal) { OnStart = (_, _) => HangAsync(blocks: false) });

        var start = infra.StartAllAsync(caller.Token);
        await _journal.SeenAsync("start stubborn");
        await caller.CancelAsync();
        await _time.PassAsync(BoundedCall.Grace);

        Assert.Equal(caller.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start.Soon())).CancellationToken);
    }

    [Fact]
    public async Task Run_that_a_late_StartAsync_returns_is_disposed_of()
    {
        var service = new RecordingService(_journal) { StartTimeout = Limit, OnStart = (_, _) => HangAsync(blocks: false) };
        var infra = Infrastructure().Register("late", service);
        var start = infra.StartAllAsync(Cancellation);
        await _journal.SeenAsync("start late");
        _time.Advance(Limit);
        await _time.PassAsync(BoundedCall.Grace);
        await Assert.ThrowsAsync<ServiceStartException>(() => start.Soon());
        Assert.Equal(0, _journal.Count("stop late"));

        _end.SetResult();

        await _journal.SeenAsync("stopped late");
        Assert.Equal(ServiceState.Failed, service.State);
    }

    [Fact]
    public async Task Run_that_a_late_StartAsync_returns_and_that_cannot_be_disposed_of_is_said_by_the_next_stop()
    {
        var service = new RecordingService(_journal)
        {
            StartTimeout = Limit,
            OnStart = (_, _) => HangAsync(blocks: false),
            OnStop = () => throw new IOException("it is locked"),
        };
        var infra = Infrastructure().Register("late", service);
        var start = infra.StartAllAsync(Cancellation);
        await _journal.SeenAsync("start late");
        _time.Advance(Limit);
        await _time.PassAsync(BoundedCall.Grace);
        await Assert.ThrowsAsync<ServiceStartException>(() => start.Soon());
        _end.SetResult();
        await _log.SeenAsync(10);

        var error = await Assert.ThrowsAsync<ServiceOperationException>(() => infra.StopAllAsync(Cancellation).Soon());

        Assert.Equal("Service 'late' could not be stopped: it is locked", error.Message);
        service.OnStop = null;
        await infra.StopAllAsync(Cancellation).Soon();
        await _journal.SeenAsync("stopped late");
    }

    [Fact]
    public async Task What_a_start_has_made_so_far_is_disposed_of_the_latest_first_though_the_start_still_runs()
    {
        var service = new RecordingService(_journal)
        {
            StartTimeout = Limit,
            OnStart = async (start, _) =>
            {
                start.DisposeOnFailure(new Made(_journal, "first"));
                start.DisposeOnFailure(new Made(_journal, "second"));
                await HangAsync(blocks: false);
                start.DisposeOnFailure(new Made(_journal, "third"));
            },
        };
        var infra = Infrastructure().Register("half", service);
        var start = infra.StartAllAsync(Cancellation);
        await _journal.SeenAsync("hangs");
        _time.Advance(Limit);
        await _time.PassAsync(BoundedCall.Grace);
        await Assert.ThrowsAsync<ServiceStartException>(() => start.Soon());
        Assert.Equal(["dispose second", "dispose first"], _journal.Entries.Where(each => each.StartsWith("dispose", StringComparison.Ordinal)));

        _end.SetResult();

        await _journal.SeenAsync("dispose third");
        await _journal.SeenAsync("cancelled half");
    }

    [Fact]
    public async Task What_a_preparation_has_made_is_disposed_of_where_the_start_never_comes()
    {
        var prepared = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var failing = new RecordingService(_journal)
        {
            OnStart = async (_, _) =>
            {
                await prepared.Task;
                throw new IOException("the disk is full");
            },
        };
        var waiting = new RecordingService(_journal)
        {
            DependsOn = [failing],
            OnPrepare = (start, _) =>
            {
                start.DisposeOnFailure(new Made(_journal, "prepared"));
                prepared.SetResult();
                return Task.CompletedTask;
            },
        };
        var infra = Infrastructure().Register("failing", failing).Register("waiting", waiting);

        await Assert.ThrowsAsync<ServiceStartException>(() => infra.StartAllAsync(Cancellation).Soon());

        Assert.Equal(1, _journal.Count("dispose prepared"));
        Assert.Equal(ServiceState.Stopped, waiting.State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reset_is_waited_for_until_its_limit_and_a_stop_afterwards_is_free(bool blocks)
    {
        var service = new ResettableService(_journal) { OnReset = _ => HangAsync(blocks) };
        var infra = Infrastructure().Register("stubborn", service);
        await infra.StartAllAsync(Cancellation);

        var reset = infra.ResetAllAsync(Cancellation);
        await _journal.SeenAsync("hangs");
        _time.Advance(Limit);

        Assert.IsType<TimeoutException>(Assert.Single((await Assert.ThrowsAsync<ServiceOperationException>(() => reset.Soon())).Failures).Error);
        await infra.StopAllAsync(Cancellation).Soon();
        Assert.Equal(ServiceState.Stopped, service.State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disposal_of_a_run_is_waited_for_until_the_limit_of_a_stop(bool blocks)
    {
        var service = new RecordingService(_journal) { OnStop = () => HangAsync(blocks) };
        var infra = Infrastructure().Register("stubborn", service);
        await infra.StartAllAsync(Cancellation);

        var stop = infra.StopAllAsync(Cancellation);
        await _journal.SeenAsync("hangs");
        _time.Advance(Limit);
        Assert.IsType<TimeoutException>(Assert.Single((await Assert.ThrowsAsync<ServiceOperationException>(() => stop.Soon())).Failures).Error);

        var waits = _time.Count(Limit);
        var disposal = infra.DisposeAsync().AsTask();
        await _time.PassAsync(Limit, waits + 1);
        await Assert.ThrowsAsync<ServiceOperationException>(() => disposal.Soon());
        Assert.Equal(1, _journal.Count("stop stubborn"));
    }

    [Fact]
    public async Task What_cannot_be_disposed_of_in_time_is_disposed_of_once_and_waited_for_by_each_stop()
    {
        var service = new RecordingService(_journal)
        {
            OnStart = (start, _) =>
            {
                start.DisposeOnFailure(new Made(_journal, "slow", () => HangAsync(blocks: true)));
                throw new IOException("the disk is full");
            },
        };
        var infra = Infrastructure().Register("slow", service);
        var start = infra.StartAllAsync(Cancellation);
        await _journal.SeenAsync("hangs");
        _time.Advance(Limit);
        Assert.IsType<IOException>((await Assert.ThrowsAsync<ServiceStartException>(() => start.Soon())).Cause);

        _unblocked.Set();
        await infra.StopAllAsync(Cancellation).Soon();

        Assert.Equal(1, _journal.Count("dispose slow"));
    }

    [Fact]
    public async Task StopAllAsync_waits_for_another_operation_within_a_limit()
    {
        // What a service says of itself is asked without a limit.
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var infra = Infrastructure().Register("silent", new SilentService(asked, _unblocked));
        var start = Task.Run(() => infra.StartAllAsync(Cancellation), Cancellation);
        await asked.Task.Soon();

        var stop = infra.StopAllAsync(Cancellation);
        await _time.PassAsync(Limit + Limit + TimeSpan.FromMinutes(2));

        Assert.StartsWith("Nothing was stopped", (await Assert.ThrowsAsync<TimeoutException>(() => stop.Soon())).Message, StringComparison.Ordinal);
        _unblocked.Set();
        await Record.ExceptionAsync(() => start.Soon());
    }

    private TestInfrastructure Infrastructure(TimeSpan? startTimeout = null)
    {
        var infra = new TestInfrastructure(new()
        {
            TimeProvider = _time,
            StartTimeout = startTimeout ?? TimeSpan.FromMinutes(2),
            ResetTimeout = Limit,
            StopTimeout = Limit,
            LoggerFactory = _log,
        });
        _infrastructures.Add(infra);
        return infra;
    }

    private async Task HangAsync(bool blocks)
    {
        _journal.Add("hangs");
        if (blocks)
        {
            _unblocked.Wait(CancellationToken.None);
        }
        else
        {
            await _end.Task;
        }
    }

    private sealed class Made(Journal journal, string name, Func<Task>? onDispose = null) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            journal.Add($"dispose {name}");
            await (onDispose?.Invoke() ?? Task.CompletedTask);
        }
    }

    /// <summary>Does not answer what is wrong with it until it is told to.</summary>
    private sealed class SilentService(TaskCompletionSource asked, ManualResetEventSlim answers) : TestService
    {
        protected override IEnumerable<string> Validate()
        {
            asked.SetResult();
            answers.Wait(CancellationToken.None);
            return ["it is no use"];
        }

        protected override Task<ServiceRun> StartAsync(StartContext start, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
