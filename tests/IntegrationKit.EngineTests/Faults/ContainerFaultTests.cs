using IntegrationKit.EngineTests.Engine.Support;
using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Faults;

/// <summary>A container does what it should not.</summary>
public sealed class ContainerFaultTests
{
    [Fact]
    public async Task Container_killed_while_it_starts_is_said_with_the_signals_exit_code()
    {
        var name = Kit.Unique("killed");
        var probing = new Stage(ServiceStage.Probing);
        var service = new ContainerService(Kit.Busybox) { Command = ["sh", "-c", "echo not yet; sleep 1000"], Readiness = Probe.Log("never") };
        await using var infra = (await Kit.CreateAsync(new() { Progress = probing })).Register(name, service);

        var start = infra.StartAllAsync(Kit.Cancellation);
        await probing.Seen;
        await KillAsync(name);
        var error = await Assert.ThrowsAsync<ServiceStartException>(() => start);

        Assert.Equal(137, Assert.IsType<ContainerExitedException>(error.Cause).ExitCode);
        Assert.Equal(137, error.Container!.ExitCode);
        Assert.Contains("not yet", error.Container.LastLogLines);
        Assert.Empty(await Kit.LeftoversAsync(name));
    }

    [Fact]
    public async Task Container_killed_while_it_runs_is_said_by_what_is_asked_of_it_and_stops_cleanly()
    {
        var name = Kit.Unique("killed");
        var service = new RedisService();
        await using var infra = (await Kit.CreateAsync()).Register(name, service);
        await infra.StartAllAsync(Kit.Cancellation);
        _ = service.ConnectionString;

        await KillAsync(name);
        var error = await Assert.ThrowsAsync<ServiceOperationException>(() => infra.ResetAllAsync(Kit.Cancellation));
        TestContext.Current.TestOutputHelper?.WriteLine(error.Message);

        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        await infra.StopAllAsync(Kit.Cancellation);
        Assert.Equal(ServiceState.Stopped, service.State);
        Assert.Empty(await Kit.LeftoversAsync(name));
    }

    [Fact]
    public async Task Container_removed_by_another_while_it_runs_is_no_error_of_the_stop()
    {
        var name = Kit.Unique("removed");
        await using var infra = (await Kit.CreateAsync()).Register(name, Kit.Shell("sleep 1000"));
        await infra.StartAllAsync(Kit.Cancellation);
        await using var real = await RealEngine.ConnectAsync();
        await real.Containers.RemoveAsync(((ContainerService)infra.Services[0]).ContainerId, Kit.Cancellation);

        await infra.StopAllAsync(Kit.Cancellation);

        Assert.Empty(await Kit.LeftoversAsync(name));
    }

    [Fact]
    public async Task Service_that_never_gets_ready_is_said_with_its_log_and_takes_its_siblings_with_it()
    {
        var (never, sibling) = (Kit.Unique("never"), Kit.Unique("sibling"));
        var service = new ContainerService(Kit.Busybox)
        {
            Command = ["sh", "-c", "echo still warming up; sleep 1000"],
            Readiness = Probe.Log("warm at last"),
            StartTimeout = TimeSpan.FromSeconds(1.5),
        };
        await using var infra = (await Kit.CreateAsync()).Register(never, service).Register(sibling, Kit.WebServer());

        var error = await Kit.StartFailsAsync<ServiceStartException>(infra);

        Assert.Equal(never, error.ServiceName);
        Assert.IsType<ReadinessTimeoutException>(error.Cause);
        Assert.Contains("still warming up", error.Message, StringComparison.Ordinal);
        Assert.Contains("warm at last", error.Message, StringComparison.Ordinal);
        Assert.Empty(await Kit.LeftoversAsync(never, sibling));
    }

    [Fact]
    public async Task Dependency_that_fails_while_its_siblings_start_ends_them_at_once()
    {
        var (bad, slow, waiting) = (Kit.Unique("bad"), Kit.Unique("slow"), Kit.Unique("waiting"));
        var failing = new ContainerService(Kit.Busybox) { Command = ["sh", "-c", "sleep 0.3; echo no disk; exit 3"], Readiness = Probe.Log("never") };
        var sibling = new ContainerService(Kit.Busybox) { Command = ["sleep", "1000"], Readiness = Probe.Log("never") };
        var dependent = new ContainerService(Kit.Busybox) { Command = ["sleep", "1000"], DependsOn = [failing, sibling] };
        await using var infra = (await Kit.CreateAsync()).Register(bad, failing).Register(slow, sibling).Register(waiting, dependent);

        var error = await Kit.StartFailsAsync<ServiceStartException>(infra);

        Assert.Equal(bad, error.ServiceName);
        Assert.Equal(3, Assert.IsType<ContainerExitedException>(error.Cause).ExitCode);
        Assert.InRange(error.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Equal([slow, waiting], error.OtherServices.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(ServiceState.Stopped, dependent.State);
        Assert.Empty(await Kit.LeftoversAsync(bad, slow, waiting));
    }

    [Fact]
    public async Task Container_that_ignores_its_stop_signal_is_killed_after_the_grace()
    {
        var name = Kit.Unique("deaf");
        var service = new ContainerService(Kit.Busybox)
        {
            Command = ["sh", "-c", "trap 'echo I heard it' TERM; echo up; while true; do sleep 1; done"],
            Readiness = Probe.Log("up"),
            StopGracefully = true,
        };
        await using var infra = (await Kit.CreateAsync()).Register(name, service);
        await infra.StartAllAsync(Kit.Cancellation);
        var begun = TimeProvider.System.GetTimestamp();

        await infra.StopAllAsync(Kit.Cancellation);

        // The grace is 10 s, and the engine's kill follows it.
        Assert.InRange(TimeProvider.System.GetElapsedTime(begun), TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(20));
        Assert.Equal(ServiceState.Stopped, service.State);
        Assert.Empty(await Kit.LeftoversAsync(name));
    }

    [Fact]
    public async Task Container_that_ignores_its_stop_signal_is_killed_at_once_where_nobody_asked_for_grace()
    {
        var name = Kit.Unique("deaf");
        await using var infra = (await Kit.CreateAsync()).Register(name, Kit.Shell("trap '' TERM; while true; do sleep 1; done"));
        await infra.StartAllAsync(Kit.Cancellation);
        var begun = TimeProvider.System.GetTimestamp();

        await infra.StopAllAsync(Kit.Cancellation);

        Assert.InRange(TimeProvider.System.GetElapsedTime(begun), TimeSpan.Zero, TimeSpan.FromSeconds(8));
        Assert.Empty(await Kit.LeftoversAsync(name));
    }

    [Fact]
    public async Task Stop_called_twice_and_concurrently_stops_once()
    {
        var (first, second) = (Kit.Unique("first"), Kit.Unique("second"));
        var stopped = new Stage(ServiceStage.Stopped);
        await using var infra = (await Kit.CreateAsync(new() { Progress = stopped })).Register(first, Kit.WebServer()).Register(second, Kit.WebServer());
        await infra.StartAllAsync(Kit.Cancellation);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => infra.StopAllAsync(Kit.Cancellation))));
        await infra.StopAllAsync(Kit.Cancellation);

        Assert.Equal(2, stopped.Count);
        Assert.All(infra.Services, each => Assert.Equal(ServiceState.Stopped, each.State));
        Assert.Empty(await Kit.LeftoversAsync(first, second));
    }

    [Fact]
    public async Task Stops_called_concurrently_during_a_start_end_it_and_it_can_be_started_again()
    {
        var name = Kit.Unique("again");
        var probing = new Stage(ServiceStage.Probing);
        await using var infra = (await Kit.CreateAsync(new() { Progress = probing })).Register(name, new RedisService());
        var start = infra.StartAllAsync(Kit.Cancellation);
        await probing.Seen;

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => infra.StopAllAsync(Kit.Cancellation))));

        await Record.ExceptionAsync(() => start);
        Assert.Empty(await Kit.LeftoversAsync(name));
        await infra.StartAllAsync(Kit.Cancellation);
        await infra.Get<RedisService>(name).PingAsync(Kit.Cancellation);
    }

    private static async Task KillAsync(string service)
    {
        await using var real = await RealEngine.ConnectAsync();
        var container = Assert.Single(await real.Containers.ListAsync([$"org.integrationkit.service={service}"], Kit.Cancellation));
        await real.Plain.KillAsync(container.Id);
    }

    private sealed class Stage(ServiceStage stage) : IProgress<ServiceProgress>
    {
        private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _count;

        public Task Seen => _seen.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Kit.Cancellation);

        public int Count => Volatile.Read(ref _count);

        public void Report(ServiceProgress value)
        {
            if (value.Stage == stage)
            {
                Interlocked.Increment(ref _count);
                _seen.TrySetResult();
            }
        }
    }
}
