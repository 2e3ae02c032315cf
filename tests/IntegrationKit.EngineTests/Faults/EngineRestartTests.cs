using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Faults;

/// <summary>The engine stops and comes back. Nothing is left on it, and a next start works.</summary>
public sealed class EngineRestartTests
{
    private static readonly ServiceStage[] Stages = [ServiceStage.Starting, ServiceStage.Ready, ServiceStage.Stopping];

    [Fact]
    public async Task Engine_restarted_during_a_start_fails_it_and_leaves_nothing_to_the_next()
    {
        await using var engine = await SecondEngine.StartAsync();
        var probing = new OnStage(ServiceStage.Probing);
        await using var infra = Infrastructure(engine, Probe.Log("never"), probing);

        var start = infra.StartAllAsync(Kit.Cancellation);
        await probing.Seen;
        await engine.DownAsync();
        await engine.UpAsync();
        var error = await Assert.ThrowsAsync<ServiceStartException>(() => start);
        TestContext.Current.TestOutputHelper?.WriteLine(error.Message);

        await infra.StopAllAsync(Kit.Cancellation);
        Assert.Equal("sleeper", error.ServiceName);
        Assert.Equal(7, Assert.IsType<ContainerExitedException>(error.Cause).ExitCode);
        await AssertNothingIsLeftAsync(engine);
    }

    [Fact]
    public async Task Engine_restarted_during_a_run_lets_the_stop_clean_up_and_a_new_start_work()
    {
        await using var engine = await SecondEngine.StartAsync();
        await using var infra = Infrastructure(engine, readiness: null, progress: null);
        await infra.StartAllAsync(Kit.Cancellation);

        await engine.DownAsync();
        await engine.UpAsync();

        await infra.StopAllAsync(Kit.Cancellation);
        await AssertNothingIsLeftAsync(engine);
        await infra.StartAllAsync(Kit.Cancellation);
        Assert.NotEmpty(await engine.ResourcesAsync());
        await infra.StopAllAsync(Kit.Cancellation);
        await AssertNothingIsLeftAsync(engine);
    }

    [Fact]
    public async Task Engine_restarted_during_a_stop_is_said_and_the_next_stop_carries_on()
    {
        await using var engine = await SecondEngine.StartAsync();
        var stopping = new OnStage(ServiceStage.Stopping);
        await using var infra = Infrastructure(engine, readiness: null, stopping, gracefully: true);
        await infra.StartAllAsync(Kit.Cancellation);

        var stop = infra.StopAllAsync(Kit.Cancellation);
        await stopping.Seen;
        await engine.DownAsync();
        var error = await Record.ExceptionAsync(() => stop);
        TestContext.Current.TestOutputHelper?.WriteLine(error?.Message ?? "The stop was quicker than the engine's.");
        await engine.UpAsync();
        await infra.StopAllAsync(Kit.Cancellation);

        Assert.True(error is null or ServiceOperationException, $"{error}");
        await AssertNothingIsLeftAsync(engine);
    }

    [Fact]
    public async Task Engine_restarted_at_random_moments_is_an_error_of_the_library_at_most_and_leaves_nothing()
    {
        var storm = new Storm(quick: 0, full: 20);
        await using var engine = await SecondEngine.StartAsync();
        for (var i = 0; i < storm.Times; i++)
        {
            var (hard, stage) = (storm.Random.Next(2) == 0, Stages[i % Stages.Length]);
            var met = new OnStage(stage);
            await using var infra = Infrastructure(engine, readiness: null, met);

            var work = Task.Run(() => StartAndStopAsync(infra), Kit.Cancellation);
            await met.Seen;
            var moment = storm.Moment(TimeSpan.FromMilliseconds(500));
            await Task.Delay(moment, TimeProvider.System, Kit.Cancellation);
            await engine.DownAsync(hard);
            await engine.UpAsync();
            var error = await Record.ExceptionAsync(() => work);

            storm.Report($"{(hard ? "Killed" : "Stopped")} {moment.TotalMilliseconds:0} ms after {stage}: {error?.Message.Split('\n')[0] ?? "no error"}");
            Assert.True(error is null or IntegrationKitException, $"{error}");
            await infra.StopAllAsync(Kit.Cancellation);
            await AssertNothingIsLeftAsync(engine);
        }
    }

    private static async Task StartAndStopAsync(TestInfrastructure infra)
    {
        await infra.StartAllAsync(Kit.Cancellation);
        await infra.CheckAllAsync(Kit.Cancellation);
        await infra.StopAllAsync(Kit.Cancellation);
    }

    private static Task AssertNothingIsLeftAsync(SecondEngine engine) =>
        Kit.UntilAsync(async () => (await engine.ResourcesAsync()).Count == 0, TimeSpan.FromSeconds(10));

    // Without a network of its own: the engine's bridge is enough, and what it makes is removed by nobody else.
    // One that heeds no signal holds a graceful stop up for 10 s, in which the engine can be stopped.
    private static TestInfrastructure Infrastructure(SecondEngine engine, Probe? readiness, IProgress<ServiceProgress>? progress, bool gracefully = false) =>
        new TestInfrastructure(new() { EngineEndpoint = engine.Endpoint, Watchdog = false, Progress = progress })
            .Register("sleeper", new ContainerService(Kit.Busybox)
            {
                Command = gracefully ? ["sleep", "1000"] : ["sh", "-c", "trap 'exit 7' TERM; while true; do sleep 0.2; done"],
                Readiness = readiness,
                StopGracefully = gracefully,
            });

    private sealed class OnStage(ServiceStage stage) : IProgress<ServiceProgress>
    {
        private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Seen => _seen.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Kit.Cancellation);

        public void Report(ServiceProgress value)
        {
            if (value.Stage == stage)
            {
                _seen.TrySetResult();
            }
        }
    }
}
