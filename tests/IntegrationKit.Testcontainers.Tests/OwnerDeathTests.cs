using IntegrationKit.Testcontainers.Tests.Support;

namespace IntegrationKit.Testcontainers.Tests;

/// <summary>The process that owns a container of Testcontainers ends, and nothing of it is left.</summary>
public sealed class OwnerDeathTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static readonly string[] Phases = ["as it starts", "when there is a container", "while it runs"];

    private static int Moments => Environment.GetEnvironmentVariable("INTEGRATIONKIT_LONG") == "1" ? 30 : 3;

    [Fact]
    public async Task Owner_killed_at_any_moment_leaves_nothing_within_ten_seconds()
    {
        for (var i = 0; i < Moments; i++)
        {
            await using var owner = await Owner.StartAsync();
            var moment = Phases[i % Phases.Length];
            switch (moment)
            {
                case "as it starts":
                    await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(400)), TimeProvider.System, Kit.Cancellation);
                    break;
                case "when there is a container":
                    await Kit.UntilAsync(async () => (await owner.ResourcesAsync()).Count > 0, Limit);
                    break;
                default:
                    await owner.UntilAsync("running");
                    break;
            }

            var there = await owner.ResourcesAsync();
            await owner.SignalAsync("KILL");

            Report($"Killed {moment}, with {there.Count} resources: gone after {(await owner.GoneAsync(Limit)).TotalMilliseconds:0} ms");
        }
    }

    [Fact]
    public async Task Owner_that_ends_without_a_stop_leaves_nothing()
    {
        await using var owner = await Owner.StartAsync();
        await owner.UntilAsync("running");

        await owner.EndAsync();

        Report($"Gone {(await owner.GoneAsync(Limit)).TotalMilliseconds:0} ms after the end");
    }

    [Fact]
    public async Task Owner_that_a_signal_ends_leaves_nothing()
    {
        await using var owner = await Owner.StartAsync();
        await owner.UntilAsync("running");

        await owner.SignalAsync("TERM");

        Report($"Gone {(await owner.GoneAsync(Limit)).TotalMilliseconds:0} ms after the signal");
    }

    private static void Report(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);
}
