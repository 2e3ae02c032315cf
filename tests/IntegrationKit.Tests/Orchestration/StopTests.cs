using IntegrationKit.Tests.Orchestration.Support;
using Microsoft.Extensions.Time.Testing;

namespace IntegrationKit.Tests.Orchestration;

public sealed class StopTests
{
    private readonly Journal _journal = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StopAllAsync_stops_in_reverse_order_of_the_dependencies()
    {
        var database = new RecordingService(_journal);
        var cache = new RecordingService(_journal) { DependsOn = [database] };
        var api = new RecordingService(_journal) { DependsOn = [cache] };
        await using var infra = new TestInfrastructure().Register("cache", cache).Register("api", api).Register("db", database);
        await infra.StartAllAsync(Cancellation);

        await infra.StopAllAsync(Cancellation);

        Assert.Equal(["stop api", "stopped api", "stop cache", "stopped cache", "stop db", "stopped db"], _journal.Entries.Skip(6));
        Assert.Equal((ServiceState.Stopped, ServiceState.Stopped, ServiceState.Stopped), (api.State, cache.State, database.State));
    }

    [Fact]
    public async Task StopAllAsync_stops_the_services_of_a_layer_at_the_same_time()
    {
        var database = new RecordingService(_journal);
        var left = new RecordingService(_journal) { DependsOn = [database], OnStop = () => _journal.SeenAsync("stop right") };
        var right = new RecordingService(_journal) { DependsOn = [database], OnStop = () => _journal.SeenAsync("stop left") };
        await using var infra = new TestInfrastructure().Register("db", database).Register("left", left).Register("right", right);
        await infra.StartAllAsync(Cancellation);

        await infra.StopAllAsync(Cancellation).Soon();

        Assert.Equal(["stop db", "stopped db"], _journal.Entries.TakeLast(2));
        Assert.Equal(ServiceState.Stopped, left.State);
    }

    [Fact]
    public async Task StopAllAsync_service_that_blocks_its_thread_holds_up_no_other()
    {
        using var entered = new ManualResetEventSlim();
        var other = new RecordingService(_journal)
        {
            OnStop = () =>
            {
                entered.Set();
                return Task.CompletedTask;
            },
        };
        var blocking = new RecordingService(_journal)
        {
            OnStop = () =>
            {
                entered.Wait(Cancellation);
                return Task.CompletedTask;
            },
        };
        await using var infra = new TestInfrastructure().Register("other", other).Register("blocking", blocking);
        await infra.StartAllAsync(Cancellation);

        await Task.Run(() => infra.StopAllAsync(Cancellation), Cancellation).Soon();

        Assert.Equal(ServiceState.Stopped, blocking.State);
    }

    [Fact]
    public async Task StopAllAsync_before_a_start_does_nothing()
    {
        await using var infra = new TestInfrastructure().Register("a", new RecordingService(_journal));

        await infra.StopAllAsync(Cancellation);

        Assert.Empty(_journal.Entries);
        Assert.Equal(ServiceState.Registered, infra.Get("a").State);
    }

    [Fact]
    public async Task StopAllAsync_again_does_nothing()
    {
        await using var infra = new TestInfrastructure().Register("a", new RecordingService(_journal));
        await infra.StartAllAsync(Cancellation);
        await infra.StopAllAsync(Cancellation);

        await infra.StopAllAsync(Cancellation);

        Assert.Equal(1, _journal.Count("stop a"));
    }

    [Fact]
    public async Task StopAllAsync_called_twice_at_once_stops_once_and_both_wait_for_it()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var infra = new TestInfrastructure().Register("a", new RecordingService(_journal) { OnStop = () => gate.Task });
        await infra.StartAllAsync(Cancellation);

        var stops = new[] { infra.StopAllAsync(Cancellation), infra.StopAllAsync(Cancellation) };
        await _journal.SeenAsync("stop a");
        Assert.DoesNotContain(stops, each => each.IsCompleted);
        gate.SetResult();
        await Task.WhenAll(stops).Soon();

        Assert.Equal(1, _journal.Count("stop a"));
    }

    [Fact]
    public async Task DisposeAsync_stops_what_runs_and_may_be_called_again()
    {
        var service = new RecordingService(_journal);
        var infra = new TestInfrastructure().Register("a", service);
        await infra.StartAllAsync(Cancellation);

        await infra.DisposeAsync();
        await infra.DisposeAsync();

        Assert.Equal(ServiceState.Stopped, service.State);
        Assert.Equal(1, _journal.Count("stop a"));
    }

    [Fact]
    public async Task StopAllAsync_only_some_run_stops_those()
    {
        await using var infra = new TestInfrastructure().Register("a", new RecordingService(_journal)).Register("b", new RecordingService(_journal));
        await infra.StartAsync("a", Cancellation);

        await infra.StopAllAsync(Cancellation);

        Assert.Equal(["start a", "ready a", "stop a", "stopped a"], _journal.Entries);
    }

    [Fact]
    public async Task StopAllAsync_some_fail_all_others_are_stopped_and_every_failure_is_listed()
    {
        var database = new RecordingService(_journal);
        var left = new RecordingService(_journal) { DependsOn = [database], OnStop = () => throw new IOException("left says no") };
        var right = new RecordingService(_journal) { DependsOn = [database], OnStop = () => throw new InvalidDataException("right says no") };
        await using var infra = new TestInfrastructure().Register("db", database).Register("left", left).Register("right", right);
        await infra.StartAllAsync(Cancellation);

        var error = await Assert.ThrowsAsync<ServiceOperationException>(() => infra.StopAllAsync(Cancellation));

        Assert.Equal(["left", "right"], error.Failures.Select(each => each.Service).Order(StringComparer.Ordinal));
        Assert.Contains("left: left says no", error.Message, StringComparison.Ordinal);
        Assert.Contains("right: right says no", error.Message, StringComparison.Ordinal);
        Assert.Contains("could not be stopped", error.Message, StringComparison.Ordinal);
        Assert.Equal((ServiceState.Stopped, ServiceState.Failed, ServiceState.Failed), (database.State, left.State, right.State));
        (left.OnStop, right.OnStop) = (null, null);
    }

    [Fact]
    public async Task StopAllAsync_after_a_failure_tries_only_the_failed_one_again()
    {
        var good = new RecordingService(_journal);
        var bad = new RecordingService(_journal) { OnStop = () => throw new IOException("no") };
        await using var infra = new TestInfrastructure().Register("good", good).Register("bad", bad);
        await infra.StartAllAsync(Cancellation);
        await Assert.ThrowsAsync<ServiceOperationException>(() => infra.StopAllAsync(Cancellation));

        bad.OnStop = null;
        await infra.StopAllAsync(Cancellation);

        Assert.Equal((1, 2), (_journal.Count("stop good"), _journal.Count("stop bad")));
        Assert.Equal(ServiceState.Stopped, bad.State);
    }

    [Fact]
    public async Task StartAllAsync_after_a_failed_stop_stops_the_remains_first()
    {
        var bad = new RecordingService(_journal) { OnStop = () => throw new IOException("no") };
        await using var infra = new TestInfrastructure().Register("bad", bad);
        await infra.StartAllAsync(Cancellation);
        await Assert.ThrowsAsync<ServiceOperationException>(() => infra.StopAllAsync(Cancellation));
        await Assert.ThrowsAsync<ServiceOperationException>(() => infra.StartAllAsync(Cancellation));

        bad.OnStop = null;
        await infra.StartAllAsync(Cancellation);

        Assert.Equal(["stop bad", "stopped bad", "start bad", "ready bad"], _journal.Entries.TakeLast(4));
    }

    [Fact]
    public async Task StopAllAsync_StopTimeout_passes_the_service_is_no_longer_waited_for_and_the_limit_named()
    {
        var time = new FakeTimeProvider();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hanging = new RecordingService(_journal) { OnStop = () => gate.Task };
        var other = new RecordingService(_journal);
        await using var infra = new TestInfrastructure(new() { TimeProvider = time, StopTimeout = TimeSpan.FromSeconds(7) })
            .Register("other", other).Register("hanging", hanging);
        await infra.StartAllAsync(Cancellation);

        var stop = infra.StopAllAsync(Cancellation);
        await _journal.SeenAsync("stop hanging");
        time.Advance(TimeSpan.FromSeconds(7));

        var error = await Assert.ThrowsAsync<ServiceOperationException>(() => stop.Soon());
        Assert.IsType<TimeoutException>(Assert.Single(error.Failures).Error);
        Assert.Contains("within 7 s, the StopTimeout", error.Message, StringComparison.Ordinal);
        Assert.Equal(ServiceState.Stopped, other.State);

        // The next stop joins the one that is still going on.
        var next = infra.StopAllAsync(Cancellation);
        gate.SetResult();
        await next.Soon();
        Assert.Single(_journal.Entries, each => each == "stop hanging");
        Assert.Equal(ServiceState.Stopped, hanging.State);
    }

    [Fact]
    public async Task StopAllAsync_cancelled_after_it_has_begun_is_carried_through()
    {
        using var caller = new CancellationTokenSource();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var service = new RecordingService(_journal) { OnStop = () => gate.Task };
        await using var infra = new TestInfrastructure().Register("a", service);
        await infra.StartAllAsync(Cancellation);

        var stop = infra.StopAllAsync(caller.Token);
        await _journal.SeenAsync("stop a");
        await caller.CancelAsync();
        gate.SetResult();
        await stop.Soon();

        Assert.Equal(ServiceState.Stopped, service.State);
    }
}
