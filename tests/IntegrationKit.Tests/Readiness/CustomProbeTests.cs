using System.Data.Common;
using IntegrationKit.Tests.Orchestration.Support;
using IntegrationKit.Tests.Readiness.Support;

namespace IntegrationKit.Tests.Readiness;

/// <summary>The probes that are given a delegate.</summary>
public sealed class CustomProbeTests
{
    [Fact]
    public async Task Custom_that_throws_is_not_ready_and_its_message_is_the_reason()
    {
        var tries = 0;
        var probe = Probe.Custom("queue", (target, _) => ++tries < 3
            ? throw new InvalidOperationException($"{target.Name} says no, {tries}")
            : Task.CompletedTask);

        var attempts = await ProbeTrial.WaitAsync(probe, new ProbeTarget()).Soon();

        Assert.Equal(["target says no, 1", "target says no, 2", null], attempts.Select(each => each.Reason));
    }

    [Fact]
    public async Task Custom_reason_holds_what_the_innermost_exception_says()
    {
        var probe = Probe.Custom("queue", (_, _) => throw new InvalidOperationException("could not connect", new IOException("refused")));

        Assert.Equal("could not connect: refused", await ProbeTrial.OnceAsync(probe, new ProbeTarget()));
    }

    [Fact]
    public async Task Custom_cancellation_of_its_own_is_not_ready()
    {
        var probe = Probe.Custom("queue", (_, _) => throw new TaskCanceledException("the client gave up"));

        Assert.Equal("the client gave up", await ProbeTrial.OnceAsync(probe, new ProbeTarget()));
    }

    [Fact]
    public async Task Custom_that_ignores_its_token_is_cancelled_after_5_s()
    {
        var clock = new PauseClock();
        var tried = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var probe = Probe.Custom("queue", (_, _) =>
        {
            var isFirst = tried.TrySetResult();
            return isFirst ? new TaskCompletionSource().Task : Task.CompletedTask;
        });

        var waiting = ProbeTrial.WaitAsync(probe, new ProbeTarget(), clock);
        await tried.Task.Soon();
        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(["no answer within 5 s", null], (await waiting.Soon()).Select(each => each.Reason));
    }

    [Fact]
    public async Task Database_that_answers_is_ready_and_its_source_is_disposed()
    {
        var source = new ScriptedSource(_ => 1);

        Assert.Null(await ProbeTrial.OnceAsync(Probe.Database(_ => source, "SELECT 2"), new ProbeTarget()));

        Assert.Equal(["SELECT 2"], source.Asked);
        Assert.Equal(1, source.Disposed);
    }

    [Fact]
    public async Task Database_one_source_serves_all_tries()
    {
        var made = 0;
        var source = new ScriptedSource(tries => tries < 3 ? throw new TinyException("starting up", new IOException("still replaying")) : 1);
        var probe = Probe.Database(target =>
        {
            made++;
            Assert.Equal("target", target.Name);
            return source;
        });

        var attempts = await ProbeTrial.WaitAsync(probe, new ProbeTarget()).Soon();

        Assert.Equal(["starting up: still replaying", "starting up: still replaying", null], attempts.Select(each => each.Reason));
        Assert.Equal("SELECT 1", source.Asked[0]);
        Assert.Equal(1, made);
    }

    [Fact]
    public void Custom_and_Database_arguments_are_checked()
    {
        Assert.Throws<ArgumentException>(() => Probe.Custom("", (_, _) => Task.CompletedTask));
        Assert.Throws<ArgumentNullException>(() => Probe.Custom("x", null!));
        Assert.Throws<ArgumentNullException>(() => Probe.Database(null!));
        Assert.Throws<ArgumentException>(() => Probe.All());
        Assert.Throws<ArgumentException>(() => Probe.Any());
    }

    private sealed class TinyException(string message, Exception inner) : DbException(message, inner);
}
