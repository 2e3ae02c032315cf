using IntegrationKit.Diagnostics;
using IntegrationKit.Limits;
using IntegrationKit.Readiness;
using IntegrationKit.Tests.Orchestration.Support;
using IntegrationKit.Tests.Readiness.Support;

namespace IntegrationKit.Tests.Readiness;

public sealed class ReadinessWaiterTests : IDisposable
{
    private static readonly Task Never = new TaskCompletionSource().Task;

    private readonly CancellationTokenSource _caller = new();
    private readonly PauseClock _clock = new();
    private readonly StartEvidence _evidence = new();
    private readonly ProbeTarget _target = new();
    private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => _caller.Dispose();

    [Fact]
    public async Task WaitAsync_first_try_is_at_once()
    {
        await WaitAsync(Probe.Custom("x", (_, _) => Task.CompletedTask));

        Assert.Empty(_clock.Pauses);
        Assert.Equal([new(TimeSpan.Zero, TimeSpan.Zero, null)], _evidence.Attempts);
        Assert.Equal("x", _evidence.WaitingFor);
    }

    [Fact]
    public async Task WaitAsync_pauses_grow_from_10_to_250_ms_with_jitter()
    {
        await WaitAsync(ReadyAfter(60));
        var first = _clock.Pauses;
        var second = new PauseClock();
        using var deadline = new Deadline(TimeSpan.FromMinutes(1), "", second, CancellationToken.None);
        await ReadinessWaiter.WaitAsync(ReadyAfter(60), _target, Never, deadline, new StartEvidence(), second).Soon();

        // Jitter can bring one of the first pauses under a millisecond: then there is none, and each bound is that of the next.
        Assert.InRange(first.Count, 57, 60);
        Assert.InRange(first[0], TimeSpan.Zero, TimeSpan.FromMilliseconds(30));
        Assert.InRange(first[1], TimeSpan.Zero, TimeSpan.FromMilliseconds(60));
        Assert.All(first, each => Assert.InRange(each, TimeSpan.Zero, TimeSpan.FromMilliseconds(250)));
        Assert.All(first.Skip(30), each => Assert.Equal(TimeSpan.FromMilliseconds(250), each));
        Assert.NotEqual(first.Take(4), second.Pauses.Take(4));
    }

    [Fact]
    public async Task WaitAsync_pauses_stay_at_250_ms_for_as_long_as_it_takes()
    {
        await WaitAsync(ReadyAfter(1_200), limit: TimeSpan.FromHours(1));

        Assert.All(_clock.Pauses.Skip(1_000), each => Assert.Equal(TimeSpan.FromMilliseconds(250), each));
    }

    [Fact]
    public async Task WaitAsync_attempt_that_hangs_is_cancelled_after_5_s()
    {
        var tries = 0;
        var waiting = WaitAsync(Probe.Custom("x", (_, token) =>
        {
            _tried.TrySetResult();
            return ++tries == 1 ? Waiting.Forever(token) : Task.CompletedTask;
        }));
        await _tried.Task.Soon();
        _clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(1, tries);
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        await waiting;

        Assert.Equal(["no answer within 5 s", null], _evidence.Attempts.Select(each => each.Reason));
        Assert.Equal(TimeSpan.FromSeconds(5), _evidence.Attempts[0].Duration);
        Assert.True(_evidence.Attempts[1].StartedAfter >= TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task WaitAsync_end_of_the_container_ends_the_wait_at_once()
    {
        var ended = new TaskCompletionSource();
        var waiting = WaitAsync(Hanging(), ended.Task);
        await _tried.Task.Soon();

        ended.SetException(new ContainerExitedException(3, outOfMemory: false));

        Assert.Equal(3, (await Assert.ThrowsAsync<ContainerExitedException>(() => waiting)).ExitCode);
        Assert.Empty(_clock.Pauses);
        Assert.Equal("cancelled while it was tried", Assert.Single(_evidence.Attempts).Reason);
    }

    [Fact]
    public async Task WaitAsync_end_of_the_container_ends_the_wait_even_where_a_check_ignores_its_token()
    {
        var ended = new TaskCompletionSource();
        var waiting = WaitAsync(
            Probe.Custom("x", (_, _) =>
            {
                _tried.TrySetResult();
                return Never;
            }),
            ended.Task);
        await _tried.Task.Soon();

        ended.SetException(new ContainerExitedException(1, outOfMemory: false));

        await Assert.ThrowsAsync<ContainerExitedException>(() => waiting);
    }

    [Theory]
    [InlineData("all")]
    [InlineData("any")]
    [InlineData("log")]
    public async Task WaitAsync_target_that_has_ended_well_is_judged_after_the_last_line_of_its_log(string kind)
    {
        var log = Channels.Log("begun");
        _target.Log = (_, token) => log.Reader.ReadAllAsync(token);
        var line = Probe.Log("migrated");
        var ended = new TaskCompletionSource();
        var waiting = WaitAsync(kind switch { "all" => Probe.All(line, ReadyAfter(0)), "any" => Probe.Any(line, Probe.Custom("port", (_, _) => throw new IOException("refused"))), _ => line }, ended.Task, limit: TimeSpan.FromDays(30));
        await log.Reader.WhenReadAsync();

        ended.SetException(new ContainerExitedException(0, outOfMemory: false));
        Assert.False(waiting.IsCompleted);
        log.Writer.TryWrite("migrated");
        log.Writer.Complete();

        await waiting;
        Assert.Null(_evidence.Attempts[^1].Reason);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task WaitAsync_target_that_has_ended_without_the_line_fails(int exitCode)
    {
        var log = Channels.Log("begun");
        _target.Log = (_, token) => log.Reader.ReadAllAsync(token);
        var ended = new TaskCompletionSource();
        var waiting = WaitAsync(Probe.Log("migrated"), ended.Task);
        await log.Reader.WhenReadAsync();

        ended.SetException(new ContainerExitedException(exitCode, outOfMemory: false));
        log.Writer.Complete();

        Assert.Equal(exitCode, (await Assert.ThrowsAsync<ContainerExitedException>(() => waiting)).ExitCode);
        Assert.Contains("last line: begun", string.Join(' ', _evidence.Attempts.Select(each => each.Reason)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WaitAsync_target_that_is_ready_is_ready_though_it_ended_in_that_moment() =>
        await WaitAsync(new ReadyAtOnce(), Task.FromException(new ContainerExitedException(0, outOfMemory: false)));

    [Fact]
    public async Task WaitAsync_deadline_passes_the_exception_holds_the_attempts()
    {
        var error = await Assert.ThrowsAsync<ReadinessTimeoutException>(() => WaitAsync(ReadyAfter(int.MaxValue), limit: TimeSpan.FromSeconds(3)));

        Assert.Equal(("x", TimeSpan.FromSeconds(3)), (error.Probe, error.Timeout));
        Assert.Equal("It was not ready within 3 s, the limit of the test.", error.Message);
        Assert.Equal("no, 1", error.Attempts[0].Reason);
        Assert.InRange(error.Attempts.Count, 10, 100);
        Assert.Equal(_evidence.Attempts, error.Attempts);
        Assert.All(error.Attempts.Zip(error.Attempts.Skip(1)), pair => Assert.True(pair.First.StartedAfter <= pair.Second.StartedAfter));
    }

    [Fact]
    public async Task WaitAsync_deadline_passes_during_a_try()
    {
        var waiting = WaitAsync(Hanging(), limit: TimeSpan.FromSeconds(3));
        await _tried.Task.Soon();
        _clock.Advance(TimeSpan.FromSeconds(3));

        var error = await Assert.ThrowsAsync<ReadinessTimeoutException>(() => waiting);
        Assert.Equal(TimeSpan.FromSeconds(3), Assert.Single(error.Attempts).Duration);
    }

    [Fact]
    public async Task WaitAsync_outer_deadline_passes_and_is_named()
    {
        using var outer = new Deadline(TimeSpan.FromSeconds(2), "the outer one", _clock, _caller.Token);
        using var inner = new Deadline(TimeSpan.FromSeconds(9), "the inner one", _clock, _caller.Token, outer);

        var error = await Assert.ThrowsAsync<ReadinessTimeoutException>(() =>
            ReadinessWaiter.WaitAsync(ReadyAfter(int.MaxValue), _target, Never, inner, _evidence, _clock).Soon());

        Assert.Equal("It was not ready within 2 s, the outer one.", error.Message);
    }

    [Fact]
    public async Task WaitAsync_cancelled_by_the_caller_is_a_cancellation()
    {
        var waiting = WaitAsync(Hanging());
        await _tried.Task.Soon();

        await _caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Theory]
    [InlineData("ready")]
    [InlineData("deadline")]
    [InlineData("ended")]
    [InlineData("cancelled")]
    public async Task WaitAsync_run_of_the_probe_is_disposed_in_every_case(string end)
    {
        var source = new ScriptedSource(_ => throw new NotSupportedException());
        var ended = new TaskCompletionSource();
        var waiting = WaitAsync(Probe.Any(Probe.Database(_ => source), end == "ready" ? ReadyAfter(0) : Hanging()), ended.Task, TimeSpan.FromSeconds(3));
        switch (end)
        {
            case "deadline":
                await _tried.Task.Soon();
                _clock.Advance(TimeSpan.FromSeconds(3));
                break;
            case "ended":
                ended.SetException(new ContainerExitedException(1, outOfMemory: false));
                break;
            case "cancelled":
                await _caller.CancelAsync();
                break;
        }

        var error = await Record.ExceptionAsync(() => waiting);

        Assert.Equal(end == "ready", error is null);
        await source.WhenDisposed.Soon();
        Assert.Equal(1, source.Disposed);
    }

    [Fact]
    public async Task WaitAsync_keeps_the_first_and_the_last_of_very_many_attempts()
    {
        await WaitAsync(ReadyAfter(250), limit: TimeSpan.FromHours(1));

        Assert.Equal(100, _evidence.Attempts.Count);
        Assert.Equal("no, 1", _evidence.Attempts[0].Reason);
        Assert.Equal("no, 50", _evidence.Attempts[49].Reason);
        Assert.Equal("no, 202", _evidence.Attempts[50].Reason);
        Assert.Null(_evidence.Attempts[99].Reason);
    }

    [Fact]
    public async Task WaitAsync_reasons_show_no_secret()
    {
        _evidence.Redactor.Add("hunter2");
        var tries = 0;

        await WaitAsync(Probe.Custom("x", (_, _) => ++tries == 1 ? throw new IOException("login with hunter2 failed") : Task.CompletedTask));

        Assert.Equal("login with *** failed", _evidence.Attempts[0].Reason);
    }

    private async Task WaitAsync(Probe probe, Task? ended = null, TimeSpan? limit = null)
    {
        using var deadline = new Deadline(limit ?? TimeSpan.FromMinutes(1), "the limit of the test", _clock, _caller.Token);
        await ReadinessWaiter.WaitAsync(probe, _target, ended ?? Never, deadline, _evidence, _clock).Soon();
    }

    private static Probe ReadyAfter(int failures)
    {
        var tries = 0;
        return Probe.Custom("x", (_, _) => ++tries <= failures ? throw new InvalidOperationException($"no, {tries}") : Task.CompletedTask);
    }

    private Probe Hanging() => Probe.Custom("x", (_, token) =>
    {
        _tried.TrySetResult();
        return Waiting.Forever(token);
    });

    /// <summary>A probe whose first try ends before it has returned.</summary>
    private sealed class ReadyAtOnce : Probe
    {
        public override string ToString() => "x";

        internal override ProbeRun Begin(IProbeTarget target, TimeProvider timeProvider) => new Run();

        private sealed class Run : ProbeRun
        {
            public override ValueTask<ProbeResult> CheckAsync(CancellationToken cancellationToken) => new(ProbeResult.Ready);

            public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
