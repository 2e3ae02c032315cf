using System.Threading.Channels;
using IntegrationKit.Diagnostics;
using IntegrationKit.Limits;
using IntegrationKit.Readiness;
using IntegrationKit.Tests.Orchestration.Support;
using IntegrationKit.Tests.Readiness.Support;
using Microsoft.Extensions.Time.Testing;

namespace IntegrationKit.Tests.Readiness;

public sealed class LogProbeTests
{
    [Fact]
    public async Task Log_line_that_is_there_is_found_at_the_first_try()
    {
        var target = Target(Channels.Log("starting", "ready to accept connections"));

        Assert.Single(await ProbeTrial.WaitAsync(Probe.Log("ready .* connections$"), target).Soon());
    }

    [Fact]
    public async Task Log_line_that_comes_later_ends_the_try_at_once()
    {
        var log = Channels.Log("starting");
        var waiting = ProbeTrial.WaitAsync(Probe.Log("ready"), Target(log), new FakeTimeProvider());

        // No time passes for the probe: it is the line that wakes it.
        Assert.False(waiting.IsCompleted);
        log.Writer.TryWrite("ready");

        Assert.Single(await waiting.Soon());
    }

    [Fact]
    public async Task Log_nth_time_counts_matching_lines()
    {
        var log = Channels.Log("ready", "no", "ready");
        var target = Target(log);
        var waiting = ProbeTrial.WaitAsync(Probe.Log("ready", times: 3), target, new FakeTimeProvider());
        await log.Reader.WhenReadAsync();
        Assert.False(waiting.IsCompleted);

        log.Writer.TryWrite("ready");

        await waiting.Soon();
        Assert.Equal(1, target.Followed);
    }

    [Fact]
    public async Task Log_is_streamed_once_over_many_tries()
    {
        var time = new FakeTimeProvider();
        var log = Channels.Log("ready");
        var target = Target(log);
        await using var run = Probe.Log("ready", times: 2).Begin(target, time);

        // The line is counted a moment after it was taken.
        var reason = await CutOffAsync();
        for (var i = 0; i < 10_000 && reason != "1 of 2 lines seen; last line: ready"; i++)
        {
            await Task.Yield();
            reason = await CutOffAsync();
        }

        foreach (var _ in Enumerable.Range(0, 5))
        {
            Assert.Equal("1 of 2 lines seen; last line: ready", await CutOffAsync());
        }

        log.Writer.TryWrite("ready");
        Assert.True((await run.CheckAsync(TestContext.Current.CancellationToken).AsTask().Soon()).IsReady);
        Assert.Equal(1, target.Followed);

        async Task<string?> CutOffAsync()
        {
            using var limit = new CancellationTokenSource();
            var check = run.CheckAsync(limit.Token).AsTask();
            await log.Reader.WhenReadAsync();
            await limit.CancelAsync();
            return (await check.Soon()).Reason;
        }
    }

    [Fact]
    public async Task Log_that_ends_before_the_line_is_the_reason_and_is_read_anew()
    {
        var target = new ProbeTarget
        {
            Log = (call, token) => (call == 1 ? Channels.Log("starting").Ended() : Channels.Log("starting", "ready")).Reader.ReadAllAsync(token),
        };

        var attempts = await ProbeTrial.WaitAsync(Probe.Log("ready"), target).Soon();

        Assert.Equal(["the log ended; last line: starting", null], attempts.Select(each => each.Reason));
        Assert.Equal(2, target.Followed);
    }

    [Fact]
    public async Task Log_read_anew_counts_from_the_beginning()
    {
        var target = new ProbeTarget
        {
            Log = (call, token) => (call == 1 ? Channels.Log("ready").Ended() : Channels.Log("ready", "last").Ended()).Reader.ReadAllAsync(token),
        };
        await using var run = Probe.Log("ready", times: 2).Begin(target, TimeProvider.System);

        await run.CheckAsync(TestContext.Current.CancellationToken).AsTask().Soon();
        var second = await run.CheckAsync(TestContext.Current.CancellationToken).AsTask().Soon();

        Assert.Equal("the log ended; 1 of 2 lines seen; last line: last", second.Reason);
    }

    [Fact]
    public async Task Log_that_breaks_off_is_read_anew()
    {
        var target = new ProbeTarget
        {
            Log = (call, token) => (call == 1 ? Channels.Log().Ended(new IOException("the pipe broke")) : Channels.Log("ready")).Reader.ReadAllAsync(token),
        };

        var attempts = await ProbeTrial.WaitAsync(Probe.Log("ready"), target).Soon();

        Assert.Equal(2, attempts.Count);
        Assert.Equal("the log was cut off (the pipe broke); last line: the log is empty", attempts[0].Reason);
    }

    [Fact]
    public async Task Log_stream_is_ended_with_the_wait()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var target = new ProbeTarget { Log = (_, token) => Endless(ended, token) };
        using var deadline = new Deadline(TimeSpan.FromMinutes(1), "", TimeProvider.System, TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<ContainerExitedException>(() => ReadinessWaiter.WaitAsync(
            Probe.Log("ready"), target, Task.FromException(new ContainerExitedException(1, outOfMemory: false)), deadline, new StartEvidence(), TimeProvider.System));

        await ended.Task.Soon();

        static async IAsyncEnumerable<string> Endless(TaskCompletionSource ended, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
        {
            try
            {
                await Waiting.Forever(token);
                yield break;
            }
            finally
            {
                ended.SetResult();
            }
        }
    }

    [Fact]
    public void Log_arguments_are_checked()
    {
        Assert.Throws<ArgumentException>(() => Probe.Log(""));
        Assert.Throws<ArgumentOutOfRangeException>(() => Probe.Log("ready", times: 0));
        Assert.ThrowsAny<ArgumentException>(() => Probe.Log("("));
    }

    private static ProbeTarget Target(Channel<string> log) => new() { Log = (_, token) => log.Reader.ReadAllAsync(token) };
}
