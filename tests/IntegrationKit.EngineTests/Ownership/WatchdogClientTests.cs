using System.Diagnostics;
using IntegrationKit.EngineTests.Engine.Support;
using IntegrationKit.EngineTests.Support;
using IntegrationKit.Ownership;
using Microsoft.Extensions.Logging.Abstractions;

namespace IntegrationKit.EngineTests.Ownership;

/// <summary>A watchdog whose owner is this process, which lives.</summary>
public sealed class WatchdogClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Clean_end_removes_nothing_and_ends_the_process()
    {
        await using var real = await RealEngine.ConnectAsync();
        var client = await StartAsync(real);
        var id = await real.StartAsync("sleep 60");

        await client.StopAsync();

        await Kit.UntilAsync(() => !WatchdogProbe.IsAlive(client.ProcessId!.Value), TimeSpan.FromSeconds(2));
        Assert.True((await real.Containers.InspectAsync(id, Cancellation))!.IsRunning);
    }

    [Fact]
    public async Task It_has_a_session_of_its_own_and_is_not_a_child_of_its_owner()
    {
        await using var real = await RealEngine.ConnectAsync();
        await using var client = await StartAsync(real);

        Assert.Equal(client.ProcessId, WatchdogProbe.SessionOf(client.ProcessId!.Value));
        Assert.NotEqual(Environment.ProcessId, WatchdogProbe.ParentOf(client.ProcessId.Value));
        await Kit.UntilAsync(() => !WatchdogProbe.HasZombie(Environment.ProcessId), TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData("HUP")]
    [InlineData("INT")]
    [InlineData("QUIT")]
    [InlineData("TERM")]
    public async Task Signal_that_ends_its_owner_does_not_end_it(string signal)
    {
        await using var real = await RealEngine.ConnectAsync();
        await using var client = await StartAsync(real);

        using var kill = Process.Start("kill", [$"-{signal}", $"{client.ProcessId}"]);
        await kill.WaitForExitAsync(Cancellation);
        var id = await real.StartAsync("exit 0");
        await real.Plain.WaitAsync(id);

        Assert.True(WatchdogProbe.IsAlive(client.ProcessId!.Value));
    }

    [Fact]
    public async Task It_waits_without_using_the_processor_and_with_little_memory()
    {
        await using var real = await RealEngine.ConnectAsync();
        await using var client = await StartAsync(real);
        var id = await real.StartAsync("sleep 1");
        var before = WatchdogProbe.CpuOf(client.ProcessId!.Value);

        await real.Plain.WaitAsync(id);

        Assert.InRange(WatchdogProbe.CpuOf(client.ProcessId.Value) - before, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
        Assert.InRange(WatchdogProbe.PeakMemoryOf(client.ProcessId.Value)!.Value, 1, 40 * 1024);
    }

    private static async Task<WatchdogClient> StartAsync(RealEngine real)
    {
        var client = WatchdogClient.Start(real.RunLabel, NullLogger.Instance, isEnabled: true);
        client.Watch(real.Api.Endpoint);
        await client.ReadyAsync(Cancellation);
        return client;
    }
}
