using System.Diagnostics;
using System.Globalization;
using IntegrationKit.EngineTests.Engine.Support;
using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Ownership;

/// <summary>Runs a <see cref="WatchdogOwner"/>. What it makes has the labels of the test that starts it.</summary>
internal sealed class WatchdogOwnerProcess : IDisposable
{
    private readonly Process _owner;
    private readonly Process _child;

    private WatchdogOwnerProcess(Process owner, int watchdog, int child) =>
        (_owner, Watchdog, _child) = (owner, watchdog, Process.GetProcessById(child));

    /// <summary>The process id of its watchdog.</summary>
    public int Watchdog { get; }

    /// <summary>Whether the process that the owner started lives.</summary>
    public bool HasChild => !_child.HasExited;

    /// <summary>Returns when everything has been made.</summary>
    public static async Task<WatchdogOwnerProcess> StartAsync(RealEngine real)
    {
        var method = $"{typeof(WatchdogOwner).FullName}.{nameof(WatchdogOwner.Makes_things_and_waits)}";
        var start = new ProcessStartInfo("dotnet", [typeof(WatchdogOwner).Assembly.Location, "-explicit", "only", "-method", method])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            Environment = { [WatchdogOwner.RunVariable] = real.Labels[WatchdogOwner.RunLabel] },
        };
        var owner = Process.Start(start)!;
        IReadOnlyDictionary<string, string>? labels = null;
        await Kit.UntilAsync(async () =>
        {
            Assert.False(owner.HasExited, "The owner has ended.");
            labels = (await real.Containers.ListAsync([real.RunLabel], TestContext.Current.CancellationToken)).FirstOrDefault(each => each.Status == "running")?.Labels;
            return labels is not null;
        }, TimeSpan.FromSeconds(20));
        return new(owner, Number(WatchdogOwner.WatchdogLabel), Number(WatchdogOwner.ChildLabel));

        int Number(string label) => int.Parse(labels![label], CultureInfo.InvariantCulture);
    }

    /// <summary>Ends the owner as SIGKILL does, and as debuggers do, with everything that it has started.</summary>
    public void Kill(bool entireProcessTree) => _owner.Kill(entireProcessTree);

    public void Dispose()
    {
        _owner.Kill(entireProcessTree: true);
        _child.Kill();
        _owner.Dispose();
        _child.Dispose();
    }
}
