using IntegrationKit.Tests.Orchestration.Support;
using Microsoft.Extensions.Time.Testing;

namespace IntegrationKit.Tests.Orchestration;

public sealed class StartTimeoutTests
{
    private readonly Journal _journal = new();
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StartAllAsync_StartTimeout_of_a_service_passes_and_is_named()
    {
        var ready = new RecordingService(_journal);
        var slow = Slow(TimeSpan.FromSeconds(3), ready);
        await using var infra = new TestInfrastructure(new() { TimeProvider = _time }).Register("ready", ready).Register("slow", slow);

        var start = infra.StartAllAsync(Cancellation);
        await _journal.SeenAsync("start slow");
        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Equal(0, _journal.Count("cancelled slow"));
        _time.Advance(TimeSpan.FromSeconds(0.1));

        var error = await Assert.ThrowsAsync<ServiceStartException>(() => start.Soon());
        Assert.Equal("slow", error.ServiceName);
        Assert.Equal(TimeSpan.FromSeconds(3), error.Elapsed);
        Assert.Contains("within 3 s, its StartTimeout", error.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(3), Assert.IsType<ReadinessTimeoutException>(error.Cause).Timeout);
        Assert.Equal((ServiceState.Stopped, ServiceState.Failed), (ready.State, slow.State));
    }

    [Fact]
    public async Task StartAllAsync_StartTimeout_of_a_service_does_not_count_the_wait_for_its_dependency()
    {
        var database = new RecordingService(_journal) { Gate = new(TaskCreationOptions.RunContinuationsAsynchronously) };
        var api = new RecordingService(_journal) { DependsOn = [database], StartTimeout = TimeSpan.FromSeconds(1) };
        await using var infra = new TestInfrastructure(new() { TimeProvider = _time }).Register("db", database).Register("api", api);

        var start = infra.StartAllAsync(Cancellation);
        await _journal.SeenAsync("start db");
        _time.Advance(TimeSpan.FromSeconds(30));
        database.Gate!.SetResult();
        await start.Soon();

        Assert.Equal(ServiceState.Running, api.State);
    }

    [Fact]
    public async Task StartAllAsync_overall_StartTimeout_passes_and_is_named()
    {
        var ready = new RecordingService(_journal);
        var slow = Slow(TimeSpan.FromMinutes(5), ready);
        await using var infra = new TestInfrastructure(new() { TimeProvider = _time, StartTimeout = TimeSpan.FromSeconds(10) })
            .Register("ready", ready).Register("slow", slow);

        var start = infra.StartAllAsync(Cancellation);
        await _journal.SeenAsync("start slow");
        _time.Advance(TimeSpan.FromSeconds(10));

        var error = await Assert.ThrowsAsync<ServiceStartException>(() => start.Soon());
        Assert.Equal("slow", error.ServiceName);
        Assert.Contains("within 10 s, the StartTimeout of the whole infrastructure", error.Message, StringComparison.Ordinal);
        Assert.Equal("was ready, and was stopped", error.OtherServices["ready"]);
        Assert.Equal(ServiceState.Stopped, ready.State);
    }

    [Fact]
    public async Task StartAllAsync_overall_StartTimeout_tells_of_a_service_that_was_starting_and_not_of_one_that_waited_for_its_turn()
    {
        var options = new TestInfrastructureOptions { TimeProvider = _time, StartTimeout = TimeSpan.FromSeconds(10), MaxParallelism = 1 };
        var slow = Slow(TimeSpan.FromMinutes(5));
        await using var infra = new TestInfrastructure(options).Register("slow", slow);
        foreach (var i in Enumerable.Range(0, 3))
        {
            infra.Register($"next{i}", new RecordingService(_journal)
            {
                // Asks for its turn only when the slow one has got it.
                OnPrepare = (_, _) => _journal.SeenAsync("start slow"),
            });
        }

        var start = infra.StartAllAsync(Cancellation);
        await _journal.SeenAsync("prepare next0");
        await _journal.SeenAsync("start slow");
        _time.Advance(TimeSpan.FromSeconds(10));

        var error = await Assert.ThrowsAsync<ServiceStartException>(() => start.Soon());
        Assert.Equal("slow", error.ServiceName);
    }

    [Fact]
    public async Task StartAllAsync_overall_StartTimeout_passes_during_a_preparation_and_is_named()
    {
        var pulling = new RecordingService(_journal) { OnPrepare = (_, token) => Waiting.Forever(token) };
        await using var infra = new TestInfrastructure(new() { TimeProvider = _time, StartTimeout = TimeSpan.FromSeconds(10) }).Register("pulling", pulling);

        var start = infra.StartAllAsync(Cancellation);
        await _journal.SeenAsync("prepare pulling");
        _time.Advance(TimeSpan.FromSeconds(10));

        var error = await Assert.ThrowsAsync<ServiceStartException>(() => start.Soon());
        Assert.Contains("the StartTimeout of the whole infrastructure", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAllAsync_overall_StartTimeout_stands_still_while_an_image_is_pulled()
    {
        var pulled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var pulling = new RecordingService(_journal)
        {
            OnPrepare = async (context, token) =>
            {
                using (context.Launch.Deadline.Pause())
                {
                    _journal.Add("pulling");
                    await pulled.Task.WaitAsync(token);
                }
            },
        };
        await using var infra = new TestInfrastructure(new() { TimeProvider = _time, StartTimeout = TimeSpan.FromSeconds(10) }).Register("pulling", pulling);

        var start = infra.StartAllAsync(Cancellation);
        await _journal.SeenAsync("pulling");
        _time.Advance(TimeSpan.FromHours(1));
        pulled.SetResult();
        await start.Soon();

        Assert.Equal(ServiceState.Running, pulling.State);
    }

    [Fact]
    public async Task StartAllAsync_cancellation_of_the_service_itself_is_a_failure_and_no_cancellation_of_the_caller()
    {
        var impatient = new RecordingService(_journal) { OnStart = (_, _) => throw new TaskCanceledException("its HTTP client gave up") };
        await using var infra = new TestInfrastructure(new() { TimeProvider = _time }).Register("impatient", impatient);

        var error = await Assert.ThrowsAsync<ServiceStartException>(() => infra.StartAllAsync(Cancellation).Soon());

        Assert.Contains("its HTTP client gave up", error.Message, StringComparison.Ordinal);
    }

    private RecordingService Slow(TimeSpan startTimeout, params TestService[] dependsOn) =>
        new(_journal) { StartTimeout = startTimeout, DependsOn = dependsOn, OnStart = (_, token) => Waiting.Forever(token) };
}
