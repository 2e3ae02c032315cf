using IntegrationKit.Tests.Orchestration.Support;

namespace IntegrationKit.Tests.Orchestration;

/// <summary>What a start makes, and returns, when nobody waits for it any more: it is disposed of, and said where that fails.</summary>
public sealed class LateResultTests : HangingCode
{
    [Fact]
    public async Task Run_that_a_late_StartAsync_returns_is_disposed_of()
    {
        var service = new RecordingService(Journal) { StartTimeout = Limit, OnStart = (_, _) => HangAsync(blocks: false) };
        var infra = Infrastructure().Register("late", service);
        var start = infra.StartAllAsync(Cancellation);
        await Journal.SeenAsync("start late");
        await PassLimitAsync();
        await Assert.ThrowsAsync<ServiceStartException>(() => start.Soon());
        Assert.Equal(0, Journal.Count("stop late"));

        GoOn();

        await Journal.SeenAsync("stopped late");
        Assert.Equal(ServiceState.Failed, service.State);
    }

    [Fact]
    public async Task Run_that_a_late_StartAsync_returns_and_that_cannot_be_disposed_of_is_said_by_the_next_stop()
    {
        var service = new RecordingService(Journal)
        {
            StartTimeout = Limit,
            OnStart = (_, _) => HangAsync(blocks: false),
            OnStop = () => throw new IOException("it is locked"),
        };
        var infra = Infrastructure().Register("late", service);
        var start = infra.StartAllAsync(Cancellation);
        await Journal.SeenAsync("start late");
        await PassLimitAsync();
        await Assert.ThrowsAsync<ServiceStartException>(() => start.Soon());
        GoOn();
        await Log.SeenAsync(10);

        var error = await Assert.ThrowsAsync<ServiceOperationException>(() => infra.StopAllAsync(Cancellation).Soon());

        Assert.Equal("Service 'late' could not be stopped: it is locked", error.Message);
        service.OnStop = null;
        await infra.StopAllAsync(Cancellation).Soon();
        await Journal.SeenAsync("stopped late");
    }

    [Fact]
    public async Task What_a_start_has_made_so_far_is_disposed_of_the_latest_first_though_the_start_still_runs()
    {
        var service = new RecordingService(Journal)
        {
            StartTimeout = Limit,
            OnStart = async (start, _) =>
            {
                start.DisposeOnFailure(new Made(Journal, "first"));
                start.DisposeOnFailure(new Made(Journal, "second"));
                await HangAsync(blocks: false);
                start.DisposeOnFailure(new Made(Journal, "third"));
            },
        };
        var infra = Infrastructure().Register("half", service);
        var start = infra.StartAllAsync(Cancellation);
        await Journal.SeenAsync("hangs");
        await PassLimitAsync();
        await Assert.ThrowsAsync<ServiceStartException>(() => start.Soon());
        Assert.Equal(["dispose second", "dispose first"], Journal.Entries.Where(each => each.StartsWith("dispose", StringComparison.Ordinal)));

        GoOn();

        await Journal.SeenAsync("dispose third");
        await Journal.SeenAsync("cancelled half");
    }

    [Fact]
    public async Task What_a_preparation_has_made_is_disposed_of_where_the_start_never_comes()
    {
        var prepared = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var failing = new RecordingService(Journal)
        {
            OnStart = async (_, _) =>
            {
                await prepared.Task;
                throw new IOException("the disk is full");
            },
        };
        var waiting = new RecordingService(Journal)
        {
            DependsOn = [failing],
            OnPrepare = (start, _) =>
            {
                start.DisposeOnFailure(new Made(Journal, "prepared"));
                prepared.SetResult();
                return Task.CompletedTask;
            },
        };
        var infra = Infrastructure().Register("failing", failing).Register("waiting", waiting);

        await Assert.ThrowsAsync<ServiceStartException>(() => infra.StartAllAsync(Cancellation).Soon());

        Assert.Equal(1, Journal.Count("dispose prepared"));
        Assert.Equal(ServiceState.Stopped, waiting.State);
    }

    [Fact]
    public async Task Service_whose_clean_up_hangs_holds_up_no_other_that_is_to_be_cancelled()
    {
        var starting = new RecordingService(Journal) { OnStart = (_, token) => Waiting.Forever(token) };
        var failing = new RecordingService(Journal)
        {
            OnStart = async (start, _) =>
            {
                start.DisposeOnFailure(new Made(Journal, "stuck", () => HangAsync(blocks: true)));
                await Journal.SeenAsync("start starting");
                throw new IOException("the disk is full");
            },
        };
        var infra = Infrastructure().Register("failing", failing).Register("starting", starting);

        var start = infra.StartAllAsync(Cancellation);
        await Journal.SeenAsync("hangs");
        await Journal.SeenAsync("cancelled starting");
        Time.Advance(Limit);

        Assert.Equal("failing", (await Assert.ThrowsAsync<ServiceStartException>(() => start.Soon())).ServiceName);
    }

    [Fact]
    public async Task What_cannot_be_disposed_of_inTime_is_disposed_of_once_and_waited_for_by_each_stop()
    {
        var service = new RecordingService(Journal)
        {
            OnStart = (start, _) =>
            {
                start.DisposeOnFailure(new Made(Journal, "slow", () => HangAsync(blocks: true)));
                throw new IOException("the disk is full");
            },
        };
        var infra = Infrastructure().Register("slow", service);
        var start = infra.StartAllAsync(Cancellation);
        await Journal.SeenAsync("hangs");
        Time.Advance(Limit);
        Assert.IsType<IOException>((await Assert.ThrowsAsync<ServiceStartException>(() => start.Soon())).Cause);

        GoOn();
        await infra.StopAllAsync(Cancellation).Soon();

        Assert.Equal(1, Journal.Count("dispose slow"));
    }
}
