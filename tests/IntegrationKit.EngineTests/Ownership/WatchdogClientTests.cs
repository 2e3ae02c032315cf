using IntegrationKit.EngineTests.Engine.Support;
using IntegrationKit.Ownership;
using Microsoft.Extensions.Logging.Abstractions;

namespace IntegrationKit.EngineTests.Ownership;

/// <summary>A watchdog that is kept by this process, which lives.</summary>
public sealed class WatchdogClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Clean_end_removes_nothing_and_ends_the_process()
    {
        await using var real = await RealEngine.ConnectAsync();
        await using var client = WatchdogClient.Start(real.Api.Endpoint, real.RunLabel, NullLogger.Instance);
        await client.ReadyAsync(Cancellation);
        var id = await real.StartAsync("sleep 60");

        await client.StopAsync();

        await WatchdogProbe.UntilAsync(() => !WatchdogProbe.IsAlive(client.ProcessId!.Value), TimeSpan.FromSeconds(2));
        Assert.True((await real.Containers.InspectAsync(id, Cancellation))!.IsRunning);
    }
}
