using IntegrationKit.Tests.Orchestration.Support;
using IntegrationKit.Tests.Readiness.Support;

namespace IntegrationKit.Tests.Readiness;

public sealed class CompositeProbeTests
{
    private readonly Dictionary<string, int> _tries = new(StringComparer.Ordinal);

    [Fact]
    public async Task All_part_that_has_succeeded_is_not_tried_again()
    {
        var attempts = await ProbeTrial.WaitAsync(Probe.All(ReadyAt(1, "a"), ReadyAt(3, "b")), new ProbeTarget(), new PauseClock()).Soon();

        Assert.Equal(["b: b is not ready", "b: b is not ready", null], attempts.Select(each => each.Reason));
        Assert.Equal((1, 3), (_tries["a"], _tries["b"]));
    }

    [Fact]
    public async Task All_says_the_reason_of_every_part()
    {
        var reason = await ProbeTrial.OnceAsync(Probe.All(ReadyAt(9, "a"), ReadyAt(1, "b"), ReadyAt(9, "c")), new ProbeTarget());

        Assert.Equal(["a: a is not ready", "c: c is not ready"], reason!.Split("; ").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task All_tries_its_parts_at_the_same_time()
    {
        var (a, b) = (new TaskCompletionSource(), new TaskCompletionSource());
        var probe = Probe.All(
            Probe.Custom("a", (_, token) =>
            {
                a.SetResult();
                return b.Task.WaitAsync(token);
            }),
            Probe.Custom("b", (_, token) =>
            {
                b.SetResult();
                return a.Task.WaitAsync(token);
            }));

        Assert.Null(await ProbeTrial.OnceAsync(probe, new ProbeTarget()).Soon());
    }

    [Fact]
    public async Task All_with_a_log_line_tries_the_quick_parts_again_meanwhile()
    {
        var log = Channels.Log("starting");
        var target = new ProbeTarget { Log = (_, token) => log.Reader.ReadAllAsync(token) };
        var port = Probe.Custom("port", (_, _) =>
        {
            var tries = _tries["port"] = _tries.GetValueOrDefault("port") + 1;
            if (tries == 3)
            {
                log.Writer.TryWrite("ready");
            }

            return tries < 3 ? throw new IOException("refused") : Task.CompletedTask;
        });

        var attempts = await ProbeTrial.WaitAsync(Probe.All(Probe.Log("ready"), port), target, new PauseClock()).Soon();

        Assert.Equal(3, attempts.Count);
        Assert.Contains("log line matching /ready/: last line: ", attempts[1].Reason, StringComparison.Ordinal);
        Assert.Contains("port: refused", attempts[1].Reason, StringComparison.Ordinal);
        Assert.Equal(1, target.Followed);
    }

    [Fact]
    public async Task Any_one_that_is_ready_is_enough()
    {
        Assert.Null(await ProbeTrial.OnceAsync(Probe.Any(ReadyAt(9, "a"), ReadyAt(1, "b")), new ProbeTarget()));
        Assert.NotNull(await ProbeTrial.OnceAsync(Probe.Any(ReadyAt(9, "a"), ReadyAt(9, "b")), new ProbeTarget()));
    }

    [Fact]
    public async Task Any_does_not_wait_for_the_slower_ones()
    {
        var slow = Probe.Custom("slow", (_, token) => Waiting.Forever(token));

        Assert.Null(await ProbeTrial.OnceAsync(Probe.Any(slow, ReadyAt(1, "quick")), new ProbeTarget()).Soon());
    }

    [Fact]
    public async Task Any_with_a_log_line_that_never_comes_tries_the_other_again_at_once()
    {
        var log = Channels.Log();
        var target = new ProbeTarget { Log = (_, token) => log.Reader.ReadAllAsync(token) };

        var attempts = await ProbeTrial.WaitAsync(Probe.Any(Probe.Log("never"), ReadyAt(4, "port")), target, new PauseClock()).Soon();

        Assert.Equal(4, attempts.Count);
    }

    [Fact]
    public async Task Compositions_may_be_nested()
    {
        var probe = Probe.Any(ReadyAt(9, "a"), Probe.All(ReadyAt(1, "b"), ReadyAt(2, "c")));

        Assert.Equal(2, (await ProbeTrial.WaitAsync(probe, new ProbeTarget(), new PauseClock()).Soon()).Count);
        Assert.Equal(1, _tries["b"]);
    }

    private Probe ReadyAt(int turn, string name) => Probe.Custom(name, (_, _) =>
    {
        lock (_tries)
        {
            _tries[name] = _tries.GetValueOrDefault(name) + 1;
            return _tries[name] < turn ? throw new InvalidOperationException($"{name} is not ready") : Task.CompletedTask;
        }
    });
}
