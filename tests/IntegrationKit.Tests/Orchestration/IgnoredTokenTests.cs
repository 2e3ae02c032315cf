using IntegrationKit.Limits;
using IntegrationKit.Tests.Orchestration.Support;

namespace IntegrationKit.Tests.Orchestration;

/// <summary>Code of services that ignores its token, or blocks its thread: no operation waits for it past its limit.</summary>
public sealed class IgnoredTokenTests : HangingCode
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StartAsync_of_a_service_is_waited_for_until_its_limit_and_the_grace(bool blocks)
    {
        var service = new RecordingService(Journal) { StartTimeout = Limit, OnStart = (_, _) => HangAsync(blocks) };
        var infra = Infrastructure().Register("stubborn", service);

        var start = infra.StartAllAsync(Cancellation);
        await Journal.SeenAsync("start stubborn");
        await PassLimitAsync();

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
        var service = new RecordingService(Journal) { OnPrepare = (_, _) => HangAsync(blocks) };
        var infra = Infrastructure(startTimeout: Limit).Register("stubborn", service);

        var start = infra.StartAllAsync(Cancellation);
        await Journal.SeenAsync("prepare stubborn");
        await PassLimitAsync();

        var error = await Assert.ThrowsAsync<ServiceStartException>(() => start.Soon());
        Assert.Equal("its PrepareAsync, which still runs: it ignores its cancellation token", error.WaitingFor);
        await infra.DisposeAsync().AsTask().Soon();
    }

    [Fact]
    public async Task Delegate_that_a_service_runs_is_named_as_what_still_runs()
    {
        var service = new RecordingService(Journal)
        {
            StartTimeout = Limit,
            OnStart = (start, token) => start.RunAsync("Migrate", _ => HangAsync(blocks: true), token),
        };
        var infra = Infrastructure().Register("database", service);

        var start = infra.StartAllAsync(Cancellation);
        await Journal.SeenAsync("hangs");
        Time.Advance(Limit);
        await Time.PassAsync(BoundedCall.InnerGrace);

        var error = await Assert.ThrowsAsync<ServiceStartException>(() => start.Soon());
        Assert.Contains("within 9 s, its StartTimeout", error.Message, StringComparison.Ordinal);
        Assert.Equal("Migrate, which still runs: it ignores its cancellation token", error.WaitingFor);
    }

    [Fact]
    public async Task StopAllAsync_and_DisposeAsync_end_a_start_that_ignores_its_token()
    {
        var service = new RecordingService(Journal) { OnStart = (_, _) => HangAsync(blocks: true) };
        var infra = Infrastructure().Register("stubborn", service);

        var start = infra.StartAllAsync(Cancellation);
        await Journal.SeenAsync("start stubborn");
        var stop = infra.StopAllAsync(Cancellation);
        await Time.PassAsync(BoundedCall.Grace);
        await stop.Soon();
        await infra.DisposeAsync().AsTask().Soon();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start.Soon());
        Assert.Equal(ServiceState.Stopped, service.State);
    }

    [Fact]
    public async Task Cancellation_by_the_caller_ends_a_start_that_ignores_its_token()
    {
        using var caller = new CancellationTokenSource();
        var infra = Infrastructure().Register("stubborn", new RecordingService(Journal) { OnStart = (_, _) => HangAsync(blocks: false) });

        var start = infra.StartAllAsync(caller.Token);
        await Journal.SeenAsync("start stubborn");
        await caller.CancelAsync();
        await Time.PassAsync(BoundedCall.Grace);

        Assert.Equal(caller.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start.Soon())).CancellationToken);
    }

    [Fact]
    public async Task Check_of_services_that_ignore_their_token_ends_at_one_limit_for_all()
    {
        var infra = Infrastructure().Register("one", new MuteService(End)).Register("two", new MuteService(End)).Register("three", new MuteService(End));
        await infra.StartAllAsync(Cancellation);

        var waits = Time.Count(Limit);
        var check = infra.CheckAllAsync(Cancellation);
        await Time.PassAsync(Limit, waits + 1);
        for (var i = 1; i <= 3; i++)
        {
            await Time.PassAsync(BoundedCall.Grace, times: i);
        }

        var error = await Assert.ThrowsAsync<ServiceOperationException>(() => check.Soon());
        Assert.Equal(["one", "two", "three"], error.Failures.Select(each => each.Service));
        Assert.All(error.Failures, each => Assert.Contains("within 9 s, the ResetTimeout", each.Error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reset_is_waited_for_until_its_limit_and_a_stop_afterwards_is_free(bool blocks)
    {
        var service = new ResettableService(Journal) { OnReset = _ => HangAsync(blocks) };
        var infra = Infrastructure().Register("stubborn", service);
        await infra.StartAllAsync(Cancellation);

        var reset = infra.ResetAllAsync(Cancellation);
        await Journal.SeenAsync("hangs");
        Time.Advance(Limit);

        Assert.IsType<TimeoutException>(Assert.Single((await Assert.ThrowsAsync<ServiceOperationException>(() => reset.Soon())).Failures).Error);
        await infra.StopAllAsync(Cancellation).Soon();
        Assert.Equal(ServiceState.Stopped, service.State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disposal_of_a_run_is_waited_for_until_the_limit_of_a_stop(bool blocks)
    {
        var service = new RecordingService(Journal) { OnStop = () => HangAsync(blocks) };
        var infra = Infrastructure().Register("stubborn", service);
        await infra.StartAllAsync(Cancellation);

        var stop = infra.StopAllAsync(Cancellation);
        await Journal.SeenAsync("hangs");
        Time.Advance(Limit);
        Assert.IsType<TimeoutException>(Assert.Single((await Assert.ThrowsAsync<ServiceOperationException>(() => stop.Soon())).Failures).Error);

        var waits = Time.Count(Limit);
        var disposal = infra.DisposeAsync().AsTask();
        await Time.PassAsync(Limit, waits + 1);
        await Assert.ThrowsAsync<ServiceOperationException>(() => disposal.Soon());
        Assert.Equal(1, Journal.Count("stop stubborn"));
    }

    [Fact]
    public async Task StopAllAsync_waits_for_another_operation_within_a_limit()
    {
        // What a service says of itself is asked without a limit.
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var infra = Infrastructure().Register("silent", new SilentService(asked, End));
        var start = Task.Run(() => infra.StartAllAsync(Cancellation), Cancellation);
        await asked.Task.Soon();

        var stop = infra.StopAllAsync(Cancellation);
        await Time.PassAsync(Limit + Limit + TimeSpan.FromMinutes(2));

        Assert.StartsWith("Nothing was stopped", (await Assert.ThrowsAsync<TimeoutException>(() => stop.Soon())).Message, StringComparison.Ordinal);
        GoOn();
        await Record.ExceptionAsync(() => start.Soon());
    }

    [Fact]
    public async Task Starts_and_resets_wait_for_another_operation_within_a_limit()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var infra = Infrastructure().Register("silent", new SilentService(asked, End));
        var first = Task.Run(() => infra.StartAllAsync(Cancellation), Cancellation);
        await asked.Task.Soon();

        var waits = new Task[] { infra.StartAllAsync(Cancellation), infra.StartAsync("silent", Cancellation), infra.ResetAllAsync(Cancellation), infra.CaptureBaselineAsync(Cancellation) };
        await Time.PassAsync(TimeSpan.FromMinutes(2) + Limit + TimeSpan.FromMinutes(2), times: 4);

        string[] operations = ["started", "started", "reset", "captured"];
        foreach (var (wait, operation) in waits.Zip(operations))
        {
            var error = await Assert.ThrowsAsync<TimeoutException>(() => wait.Soon());
            Assert.StartsWith($"Nothing was {operation}: another operation", error.Message, StringComparison.Ordinal);
        }

        GoOn();
        await Record.ExceptionAsync(() => first.Soon());
    }

    /// <summary>Does not answer what is wrong with it until it is told to.</summary>
    private sealed class SilentService(TaskCompletionSource asked, Task answers) : TestService
    {
        protected override IEnumerable<string> Validate()
        {
            asked.SetResult();
            answers.Wait(CancellationToken.None);
            return ["it is no use"];
        }

        protected override Task<ServiceRun> StartAsync(StartContext start, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    /// <summary>Does not say whether it runs.</summary>
    private sealed class MuteService(Task end) : TestService
    {
        protected override Task<ServiceRun> StartAsync(StartContext start, CancellationToken cancellationToken) => Task.FromResult<ServiceRun>(new MuteRun(end));

        private sealed class MuteRun(Task end) : ServiceRun
        {
            public override async Task<string?> FindEndAsync(CancellationToken cancellationToken)
            {
                await end;
                return null;
            }

            public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
