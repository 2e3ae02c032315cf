using System.Diagnostics;
using System.Globalization;
using IntegrationKit.EngineTests.Engine.Support;
using IntegrationKit.Ownership;
using Microsoft.Extensions.Logging.Abstractions;

namespace IntegrationKit.EngineTests.Ownership;

/// <summary>A process that a test kills: it starts a watchdog, makes things on the engine, and waits.</summary>
public sealed class WatchdogOwner
{
    public const string RunLabel = "org.integrationkit.test.run";
    public const string WatchdogLabel = "org.integrationkit.test.watchdog";
    public const string ChildLabel = "org.integrationkit.test.child";
    public const string RunVariable = "INTEGRATIONKIT_TEST_RUN";

    [Fact(Explicit = true)]
    public async Task Makes_things_and_waits()
    {
        if (Environment.GetEnvironmentVariable(RunVariable) is not { Length: > 0 } run)
        {
            Assert.Skip("This is no test: others run it as a process of its own.");
            return;
        }

        var real = await RealEngine.ConnectAsync();
        real.Labels[RunLabel] = run;
        var watchdog = WatchdogClient.Start(real.RunLabel, NullLogger.Instance, isEnabled: true);
        watchdog.Watch(real.Api.Endpoint);
        await watchdog.ReadyAsync(TestContext.Current.CancellationToken);

        // If the pipe were inherited, the watchdog would not notice its owner's death while this child lives.
        using var child = Process.Start("sleep", "60");
        real.Labels[WatchdogLabel] = Text(watchdog.ProcessId);
        real.Labels[ChildLabel] = Text(child.Id);
        await real.CreateNetworkAsync();
        await real.CreateVolumeAsync();
        await real.StartAsync("sleep 60");
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, TestContext.Current.CancellationToken);

        static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? string.Empty;
    }
}
