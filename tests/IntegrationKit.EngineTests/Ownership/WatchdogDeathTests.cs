using IntegrationKit.EngineTests.Engine.Support;
using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Ownership;

/// <summary>A process that owns a session is killed.</summary>
public sealed class WatchdogDeathTests
{
    private const long MostMemory = 60 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_owner_leaves_nothing_though_its_child_lives()
    {
        await using var real = await RealEngine.ConnectAsync();
        using var owner = await WatchdogOwnerProcess.StartAsync(real);
        Assert.Equal((1, 1, 1), await CountAsync(real));
        var peak = 0L;

        owner.Kill(entireProcessTree: false);

        await Kit.UntilAsync(async () => await CountAsync(real) == (0, 0, 0), Limit);
        Assert.True(owner.HasChild);
        await Kit.UntilAsync(() => (peak = WatchdogProbe.PeakMemoryOf(owner.Watchdog) ?? peak) == 0 || !WatchdogProbe.IsAlive(owner.Watchdog), Limit);
        Assert.InRange(peak, 1, MostMemory);
        TestContext.Current.TestOutputHelper?.WriteLine($"Peak memory {peak} KiB");
    }

    [Fact]
    public async Task Create_that_shows_up_late_is_removed_too()
    {
        await using var real = await RealEngine.ConnectAsync();
        using var owner = await WatchdogOwnerProcess.StartAsync(real);
        owner.Kill(entireProcessTree: true);
        await Kit.UntilAsync(async () => await CountAsync(real) == (0, 0, 0), Limit);

        await real.CreateAsync(real.Spec("sleep 60"));

        Assert.Equal((1, 0, 0), await CountAsync(real));
        await Kit.UntilAsync(async () => await CountAsync(real) == (0, 0, 0), Limit);
    }

    [Fact]
    public async Task Network_that_is_in_use_is_removed_when_it_no_longer_is()
    {
        await using var real = await RealEngine.ConnectAsync();
        using var owner = await WatchdogOwnerProcess.StartAsync(real);
        var stranger = await real.StartAsync(real.Spec("sleep 60") with { Labels = new Dictionary<string, string> { [RealEngine.LabelKey] = "engine" } });
        var network = Assert.Single(await real.Api.Networks.ListAsync([real.RunLabel], Cancellation)).Name;
        await real.Api.Networks.ConnectAsync(network, stranger, [], Cancellation);

        owner.Kill(entireProcessTree: false);
        await Kit.UntilAsync(async () => await CountAsync(real) == (0, 1, 0), Limit);
        await real.Api.Networks.DisconnectAsync(network, stranger, Cancellation);

        await Kit.UntilAsync(async () => await CountAsync(real) == (0, 0, 0), Limit);
        Assert.True((await real.Containers.InspectAsync(stranger, Cancellation))!.IsRunning);
    }

    private static async Task<(int Containers, int Networks, int Volumes)> CountAsync(RealEngine real) => (
        (await real.Containers.ListAsync([real.RunLabel], Cancellation)).Count,
        (await real.Api.Networks.ListAsync([real.RunLabel], Cancellation)).Count,
        (await real.Api.Volumes.ListAsync([real.RunLabel], Cancellation)).Count);
}
