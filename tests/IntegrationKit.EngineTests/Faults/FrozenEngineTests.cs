using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Faults;

/// <summary>The engine hangs: it accepts requests and answers none.</summary>
public sealed class FrozenEngineTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Engine_that_hangs_during_a_reset_holds_nobody_up_and_everything_goes_on_when_it_does()
    {
        Assert.SkipUnless(LongRun.IsOn, "It starts an engine of its own: part of the long run (INTEGRATIONKIT_LONG=1).");
        await using var engine = await SecondEngine.StartAsync();
        var service = new SleepingService { OnReset = engine.FreezeAsync };
        await using var infra = new TestInfrastructure(new() { EngineEndpoint = engine.Endpoint, Watchdog = false, ResetTimeout = Limit, StopTimeout = Limit })
            .Register("sleeper", service);
        await infra.StartAllAsync(Kit.Cancellation);
        service.Use();

        var reset = await FailsAsync(() => infra.ResetAllAsync(Kit.Cancellation));
        Assert.Contains("within 2 s, the ResetTimeout", reset.Message, StringComparison.Ordinal);
        var stop = await FailsAsync(() => infra.StopAllAsync(Kit.Cancellation));
        Assert.Equal("sleeper", Assert.Single(stop.Failures).Service);

        await engine.ThawAsync();
        service.OnReset = null;
        await infra.StartAllAsync(Kit.Cancellation);
        service.Use();
        await infra.ResetAllAsync(Kit.Cancellation);
        await infra.StopAllAsync(Kit.Cancellation);
        Assert.Empty(await engine.ResourcesAsync());
    }

    private static async Task<ServiceOperationException> FailsAsync(Func<Task> operation)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var error = await Assert.ThrowsAsync<ServiceOperationException>(operation);
        Assert.InRange(TimeProvider.System.GetElapsedTime(begun), TimeSpan.Zero, Soon);
        return error;
    }

    /// <summary>One whose reset asks the engine for something.</summary>
    private sealed class SleepingService() : ServerService(Kit.Busybox)
    {
        public Func<Task>? OnReset { get; set; }

        public Server Use() => GetServer();

        protected override ServerSpec Describe(DescribeContext context) => new() { Command = ["sleep", "1000"] };

        protected override async Task ResetServerAsync(Server server, CancellationToken cancellationToken)
        {
            await (OnReset?.Invoke() ?? Task.CompletedTask);
            await server.ExecAsync(["true"], cancellationToken);
        }
    }
}
