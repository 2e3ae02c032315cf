using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Faults;

/// <summary>The process that owns an infrastructure ends, and nothing of it is left.</summary>
public sealed class OwnerDeathTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static readonly string[] Phases = ["start", "create", "run", "stop"];

    public static TheoryData<string, bool> Signals => new() { { "TERM", true }, { "TERM", false }, { "INT", true }, { "INT", false } };

    [Fact]
    public Task Owner_killed_at_a_random_moment_leaves_nothing_within_ten_seconds() =>
        EndAtRandomMomentsAsync(new Storm(quick: 5, full: 60), owner => owner.SignalAsync("KILL"));

    [Fact]
    public Task Owner_that_exits_at_a_random_moment_leaves_nothing_and_says_nothing() =>
        EndAtRandomMomentsAsync(new Storm(quick: 3, full: 60), async owner =>
        {
            await owner.EndAsync();
            var code = await owner.ExitAsync();
            Assert.True(code == 0, $"{code}: {await owner.ErrorsAsync()}");
            Assert.Empty(await owner.ErrorsAsync());
        });

    [Theory]
    [MemberData(nameof(Signals))]
    public async Task Owner_that_a_signal_ends_leaves_nothing(string signal, bool withWatchdog)
    {
        await using var owner = await FaultyOwner.RunAsync(withWatchdog);
        Assert.Equal(3, (await owner.ResourcesAsync()).Count);

        await owner.SignalAsync(signal);

        Assert.Equal(signal == "INT" ? 130 : 143, await owner.ExitAsync());
        var gone = await owner.GoneAsync(Limit);
        Report($"SIG{signal}, {(withWatchdog ? "with a watchdog" : "without a watchdog")}: gone {gone.TotalMilliseconds:0} ms after the end");
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Owner_that_a_signal_ends_while_it_starts_leaves_nothing(string signal)
    {
        await using var owner = await FaultyOwner.StartAsync();
        await UntilAnythingIsThereAsync(owner);

        await owner.SignalAsync(signal);

        Assert.NotEqual(0, await owner.ExitAsync());
        await owner.GoneAsync(Limit);
    }

    private static async Task EndAtRandomMomentsAsync(Storm storm, Func<FaultyOwner, Task> end)
    {
        var times = new List<TimeSpan>();
        for (var i = 0; i < storm.Times; i++)
        {
            await using var owner = await FaultyOwner.StartAsync();
            var phase = Phases[i % Phases.Length];
            if (phase == "create")
            {
                await UntilAnythingIsThereAsync(owner);
            }
            else if (phase != "start")
            {
                await owner.UntilAsync("running");
            }

            if (phase == "stop")
            {
                await owner.StopAsync();
                await owner.UntilAsync("stopping");
            }

            var moment = storm.Moment(TimeSpan.FromMilliseconds(phase == "start" ? 1500 : 300));
            await Task.Delay(moment, TimeProvider.System, Kit.Cancellation);
            var there = await owner.ResourcesAsync();
            await end(owner);
            times.Add(await owner.GoneAsync(Limit));
            storm.Report($"Ended {moment.TotalMilliseconds:0} ms into the {phase}, with {there.Count} resources: gone after {times[^1].TotalMilliseconds:0} ms");
        }

        storm.Report($"{storm.Times} moments: median {times.Order().ElementAt(storm.Times / 2).TotalMilliseconds:0} ms, max {times.Max().TotalMilliseconds:0} ms");
    }

    private static void Report(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);

    private static Task UntilAnythingIsThereAsync(FaultyOwner owner) =>
        Kit.UntilAsync(async () => (await owner.ResourcesAsync()).Count > 0, Limit);
}
