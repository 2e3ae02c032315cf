using IntegrationKit.EngineTests.Security;
using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Faults;

/// <summary>An engine with room for one network.</summary>
public sealed class NetworksUsedUpTests
{
    [Fact]
    public async Task Network_is_waited_for_until_another_one_is_released()
    {
        Assert.SkipUnless(LongRun.IsOn, "It starts an engine of its own: part of the long run (INTEGRATIONKIT_LONG=1).");
        await using var engine = await SecondEngine.StartAsync(isElsewhere: false, "--default-address-pool", "base=10.213.78.0/28,size=28");
        var log = new Overheard();

        // Each asks for the same alias, so that they cannot use one network.
        await using var first = Infrastructure(engine, log);
        await using var second = Infrastructure(engine, log);
        await first.StartAllAsync(Kit.Cancellation);
        var start = second.StartAllAsync(Kit.Cancellation);
        await Kit.UntilAsync(() => log.With("no address range left").Any());
        Assert.False(start.IsCompleted);
        Assert.NotEmpty(log.With("(of this process)"));

        await first.StopAllAsync(Kit.Cancellation);
        await start;
        await second.StopAllAsync(Kit.Cancellation);
        Assert.Empty(await engine.ResourcesAsync());
    }

    private static TestInfrastructure Infrastructure(SecondEngine engine, Overheard log) =>
        new TestInfrastructure(new() { EngineEndpoint = engine.Endpoint, Watchdog = false, LoggerFactory = log })
            .Register("sleeper", new ContainerService(Kit.Busybox) { Command = ["sleep", "1000"], NetworkAlias = "sleeper" });
}
