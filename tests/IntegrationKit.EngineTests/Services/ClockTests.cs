using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Services;

/// <summary>Our clock differs from the engine's.</summary>
public sealed class ClockTests
{
    [Fact]
    public async Task Log_since_a_moment_of_our_clock_has_the_lines_after_it_and_not_those_of_before()
    {
        await Task.WhenAll(ReadAsync(TimeSpan.FromMinutes(5)), ReadAsync(TimeSpan.FromMinutes(-5)), ReadAsync(TimeSpan.Zero));
    }

    private static async Task ReadAsync(TimeSpan skew)
    {
        var clock = new SkewedClock(skew);

        // The moment is known but for the time that one request takes.
        var service = new ContainerService(Kit.Busybox) { Command = ["sh", "-c", "mkfifo /said; echo before; sleep 2; echo ready; while true; do cat /said; done"], Readiness = Probe.Log("ready") };
        await using var infra = (await Kit.CreateAsync(new() { TimeProvider = clock })).Register("chatty", service);
        await infra.StartAllAsync(Kit.Cancellation);

        var since = clock.GetUtcNow();
        Assert.Equal(0, (await service.ExecAsync(["sh", "-c", "echo during > /said"], Kit.Cancellation)).ExitCode);
        await Kit.UntilAsync(async () => (await TextsAsync(since)).Contains("during"));

        Assert.DoesNotContain("before", await TextsAsync(since));

        async Task<List<string>> TextsAsync(DateTimeOffset from) =>
            await infra.ReadLogsAsync(from, Kit.Cancellation).Select(each => each.Line.Text).ToListAsync(Kit.Cancellation);
    }

    private sealed class SkewedClock(TimeSpan skew) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + skew;
    }
}
