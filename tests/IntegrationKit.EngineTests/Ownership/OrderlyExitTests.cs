using System.Diagnostics;
using IntegrationKit.EngineTests.Engine.Support;
using IntegrationKit.EngineTests.Support;
using IntegrationKit.Ownership;
using Microsoft.Extensions.Logging.Abstractions;

namespace IntegrationKit.EngineTests.Ownership;

/// <summary>A process that owns a session ends in order while the engine may still be making something for it.</summary>
public sealed class OrderlyExitTests
{
    private const string NameVariable = "INTEGRATIONKIT_TEST_NAME";
    private const string SessionVariable = "INTEGRATIONKIT_TEST_SESSION_FILE";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_that_arrives_after_the_exit_is_removed()
    {
        await using var real = await RealEngine.ConnectAsync();
        var name = $"integrationkit-test-{Guid.NewGuid():N}";

        real.Labels[ResourceLabels.IdLabel] = await ExitAsync(name);
        await real.CreateAsync(real.Spec("sleep 60") with { Name = name });

        Assert.Single(await real.Containers.ListAsync([real.RunLabel], Cancellation));
        await Kit.UntilAsync(async () => (await real.Containers.ListAsync([real.RunLabel], Cancellation)).Count == 0, Limit);
    }

    [Fact(Explicit = true)]
    public async Task Intends_a_create_and_exits()
    {
        if (Environment.GetEnvironmentVariable(NameVariable) is not { Length: > 0 } name)
        {
            Assert.Skip("This is no test: others run it as a process of its own.");
            return;
        }

        var real = await RealEngine.ConnectAsync();
        var guard = SessionGuard.For("test", NullLogger.Instance, withWatchdog: true);
        guard.Attach(real.Api);
        await guard.ReadyAsync(Cancellation);
        guard.Ledger.Intend(ResourceType.Container, name);
        await File.WriteAllTextAsync(Environment.GetEnvironmentVariable(SessionVariable)!, ResourceLabels.Id, Cancellation);
        Environment.Exit(0);
    }

    /// <summary>Runs the process to its end, and returns its session's id.</summary>
    private static async Task<string> ExitAsync(string name)
    {
        var file = Path.GetTempFileName();
        var method = $"{typeof(OrderlyExitTests).FullName}.{nameof(Intends_a_create_and_exits)}";
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(OrderlyExitTests).Assembly.Location, "-explicit", "only", "-method", method])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            Environment = { [NameVariable] = name, [SessionVariable] = file, ["INTEGRATIONKIT_WATCHDOG"] = "on" },
        })!;
        await process.WaitForExitAsync(Cancellation);
        var session = await File.ReadAllTextAsync(file, Cancellation);
        File.Delete(file);
        Assert.NotEmpty(session);
        return session;
    }
}
