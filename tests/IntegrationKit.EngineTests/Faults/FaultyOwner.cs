using System.Reflection;
using IntegrationKit.Engine;
using IntegrationKit.EngineTests.Engine.Support;
using IntegrationKit.EngineTests.Support;
using IntegrationKit.Tests.Shared;

namespace IntegrationKit.EngineTests.Faults;

/// <summary>A process that owns an infrastructure, to be ended in many ways.</summary>
internal sealed class FaultyOwner : OwnerProcess
{
    private static readonly string Program =
        typeof(FaultyOwner).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "FaultyOwner").Value!;

    // A shell lets its background jobs ignore Ctrl-C, and they hand that on to those that they start, down to here.
    private static readonly string[] HeedsInterrupt = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT"] : [];

    private FaultyOwner(IContainerEngine engine, bool withWatchdog, string[] launcher, string[] arguments)
        : base(engine, [.. launcher, .. HeedsInterrupt, "dotnet", Program, .. arguments], ("INTEGRATIONKIT_WATCHDOG", withWatchdog ? "on" : "off"))
    {
    }

    /// <summary>Returns when the process is about to start its infrastructure.</summary>
    /// <param name="withWatchdog">Whether it has one.</param>
    /// <param name="launcher">A program, with its arguments, that runs it. Default: none.</param>
    public static Task<FaultyOwner> StartAsync(bool withWatchdog = true, params string[] launcher) => BeginAsync(withWatchdog, launcher, []);

    /// <summary>The same, for a program with arguments.</summary>
    public static Task<FaultyOwner> StartWithAsync(params string[] arguments) => BeginAsync(withWatchdog: true, [], arguments);

    /// <summary>Returns when the process is running its infrastructure.</summary>
    public static async Task<FaultyOwner> RunAsync(bool withWatchdog = true, params string[] launcher)
    {
        var owner = await StartAsync(withWatchdog, launcher);
        await owner.UntilAsync("running");
        return owner;
    }

    public Task StopAsync() => TellAsync("stop");

    /// <summary>Has it call <c>Environment.Exit</c>, whatever it is at.</summary>
    public Task EndAsync() => TellAsync("exit");

    /// <summary>Ends it as SIGKILL does, with those that it has started, but without its watchdog.</summary>
    public async Task KillAsync()
    {
        Process.Kill(entireProcessTree: true);
        await Process.WaitForExitAsync(Kit.Cancellation);
    }

    private static async Task<FaultyOwner> BeginAsync(bool withWatchdog, string[] launcher, string[] arguments)
    {
        // A missing engine skips the test on a person's machine and fails it in CI.
        await (await RealEngine.ConnectAsync()).DisposeAsync();
        var engine = await EngineConnector.ConnectAsync(endpoint: null, TimeSpan.FromSeconds(5), TimeProvider.System, Kit.Cancellation);
        var owner = new FaultyOwner(engine, withWatchdog, launcher, arguments);
        await owner.ReadSessionAsync();
        return owner;
    }
}
