using System.Diagnostics;
using System.Globalization;
using IntegrationKit.PackageTests.Support;

namespace IntegrationKit.PackageTests;

/// <summary>A consumer is killed while its containers run, and the watchdog that came with the package removes them.</summary>
[Collection(nameof(ConsumerGroup))]
public sealed class KilledConsumerTests(PackedFeed feed, BuiltConsumers consumers)
{
    private static readonly (string Name, string Value) Watchdog = ("INTEGRATIONKIT_WATCHDOG", "on");
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Killed_program_leaves_nothing()
    {
        var consumer = await consumers.GetAsync("Console");
        await using var program = consumer.Start([Watchdog], "dotnet", consumer.Assembly, "hold");
        await UntilAsync(() => program.Output.Contains("running", StringComparison.Ordinal), program);
        Assert.Equal(2, (await Docker.ListAsync(feed, program.ProcessId)).Count);

        await KillAsync(program.ProcessId);

        await IsGoneAsync(program.ProcessId);
    }

    [Fact]
    public async Task Killed_test_host_leaves_nothing()
    {
        var consumer = await consumers.GetAsync("XunitV2");
        await using var runner = consumer.Start([Watchdog, ("HOLD", "1")], "dotnet", "test", "--no-build", "--nologo");
        await Docker.UntilAsync(feed, owner: null, list => list.Count > 0, StartLimit);
        var host = int.Parse((await Docker.ListAsync(feed))[0].Split(' ')[^1], CultureInfo.InvariantCulture);
        Assert.NotEqual(runner.ProcessId, host);

        await KillAsync(host);

        await IsGoneAsync(host);
        Assert.NotEqual(0, await runner.ExitAsync(StartLimit));
    }

    private static async Task UntilAsync(Func<bool> condition, Command program)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < StartLimit, program.Output);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Repository.Cancellation);
        }
    }

    private static async Task KillAsync(int processId)
    {
        using var process = Process.GetProcessById(processId);
        process.Kill();
        await process.WaitForExitAsync(Repository.Cancellation);
    }

    private async Task IsGoneAsync(int owner)
    {
        var gone = await Docker.UntilAsync(feed, owner, list => list.Count == 0, Limit);
        TestContext.Current.TestOutputHelper?.WriteLine($"Gone {gone.TotalMilliseconds:0} ms after the kill.");
        Assert.Empty(await Docker.ListAsync(feed));
    }
}
