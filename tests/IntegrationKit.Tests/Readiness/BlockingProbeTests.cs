using IntegrationKit.Diagnostics;
using IntegrationKit.Limits;
using IntegrationKit.Readiness;
using IntegrationKit.Tests.Orchestration.Support;
using IntegrationKit.Tests.Readiness.Support;

namespace IntegrationKit.Tests.Readiness;

/// <summary>Checks that block their thread and ignore their token.</summary>
public sealed class BlockingProbeTests : IDisposable
{
    private static readonly string[] Compositions = ["alone", "all", "any"];

    private readonly ManualResetEventSlim _unblocked = new();
    private readonly TaskCompletionSource _blocks = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new();
    private readonly PauseClock _clock = new();
    private readonly StartEvidence _evidence = new();
    private int _calls;

    public enum Kind
    {
        Check,
        Source,
        Query,
    }

    public static TheoryData<Kind, string> Probes =>
        new(Enum.GetValues<Kind>().SelectMany(_ => Compositions, (kind, composition) => (kind, composition)));

    public void Dispose() => _unblocked.Set();

    [Theory]
    [MemberData(nameof(Probes))]
    public async Task Attempt_is_cancelled_after_5_s(Kind kind, string composition)
    {
        var waiting = StartAsync(In(composition, Blocking(kind, times: 1)));
        await _blocks.Task.Soon();
        _clock.Advance(TimeSpan.FromSeconds(5));
        if (kind == Kind.Source)
        {
            // There is one data source for all tries.
            _unblocked.Set();
        }

        await waiting.Soon();

        Assert.Equal(["no answer within 5 s", null], _evidence.Attempts.Select(each => each.Reason));
    }

    [Theory]
    [MemberData(nameof(Probes))]
    public async Task End_of_the_container_ends_the_wait_at_once(Kind kind, string composition)
    {
        var waiting = StartAsync(In(composition, Blocking(kind)));
        await _blocks.Task.Soon();

        _ended.SetException(new ContainerExitedException(3, outOfMemory: false));

        await Assert.ThrowsAsync<ContainerExitedException>(() => waiting.Soon());
    }

    [Theory]
    [MemberData(nameof(Probes))]
    public async Task Deadline_ends_the_wait(Kind kind, string composition)
    {
        var waiting = StartAsync(In(composition, Blocking(kind)), TimeSpan.FromSeconds(3));
        await _blocks.Task.Soon();

        _clock.Advance(TimeSpan.FromSeconds(3));

        await Assert.ThrowsAsync<ReadinessTimeoutException>(() => waiting.Soon());
    }

    [Fact]
    public async Task Any_is_ready_with_another_part()
    {
        await StartAsync(Probe.Any(Blocking(Kind.Check), Probe.Custom("quick", (_, _) => Task.CompletedTask))).Soon();

        Assert.Single(_evidence.Attempts);
    }

    [Fact]
    public async Task Data_source_is_disposed_when_the_query_that_uses_it_has_ended()
    {
        var source = new ScriptedSource(_ =>
        {
            Block();
            return 1;
        });
        var waiting = StartAsync(Probe.Database(_ => source), TimeSpan.FromSeconds(3));
        await _blocks.Task.Soon();
        _clock.Advance(TimeSpan.FromSeconds(3));
        await Assert.ThrowsAsync<ReadinessTimeoutException>(() => waiting.Soon());

        Assert.False(source.WhenDisposed.IsCompleted);
        _unblocked.Set();

        await source.WhenDisposed.Soon();
    }

    [Fact]
    public async Task Data_source_that_cannot_be_disposed_delays_nothing_for_long()
    {
        var source = new ScriptedSource(_ => 1) { OnDispose = Block };
        var waiting = StartAsync(Probe.Database(_ => source));
        await _blocks.Task.Soon();
        Assert.False(waiting.IsCompleted);

        _clock.Advance(TimeSpan.FromSeconds(1));

        await waiting.Soon();
    }

    [Fact]
    public async Task Data_source_that_fails_to_be_disposed_makes_no_start_fail() =>
        await StartAsync(Probe.Database(_ => new ScriptedSource(_ => 1) { OnDispose = () => throw new IOException("broken") })).Soon();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Data_source_that_cannot_be_made_ends_the_wait_at_once(bool composed)
    {
        var probe = Probe.Database(_ => throw new FormatException("no such keyword: Hots"));

        await Assert.ThrowsAsync<FormatException>(() => StartAsync(composed ? Probe.All(Probe.Custom("x", (_, token) => Waiting.Forever(token)), probe) : probe).Soon());

        Assert.Contains("no such keyword: Hots", Assert.Single(_evidence.Attempts).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_that_ignores_its_token_delays_nothing_for_long()
    {
        var target = new ProbeTarget { Log = (_, _) => Deaf() };
        var waiting = StartAsync(Probe.Log("ready"), target: target);
        await _blocks.Task.Soon();
        _ended.SetException(new ContainerExitedException(3, outOfMemory: false));
        await Assert.ThrowsAsync<TimeoutException>(() => waiting.WaitAsync(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken));

        _clock.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<ContainerExitedException>(() => waiting.Soon());

        async IAsyncEnumerable<string> Deaf()
        {
            Block();
            await Task.Yield();
            yield break;
        }
    }

    [Fact]
    public async Task Late_failure_of_a_check_is_noticed_by_nobody()
    {
        const string Message = "failed after nobody waited for it";
        var unobserved = new List<string>();
        EventHandler<UnobservedTaskExceptionEventArgs> note = (_, e) => unobserved.Add(e.Exception.ToString());
        TaskScheduler.UnobservedTaskException += note;
        var late = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = StartAsync(Probe.Custom("x", (_, _) =>
        {
            _blocks.TrySetResult();
            return late.Task;
        }), TimeSpan.FromSeconds(3));
        await _blocks.Task.Soon();
        _clock.Advance(TimeSpan.FromSeconds(3));
        await Assert.ThrowsAsync<ReadinessTimeoutException>(() => waiting.Soon());

        late.SetException(new IOException(Message));
        late = null;
        for (var i = 0; i < 5; i++)
        {
            await Task.Yield();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        TaskScheduler.UnobservedTaskException -= note;
        Assert.DoesNotContain(unobserved, each => each.Contains(Message, StringComparison.Ordinal));
    }

    private static Probe In(string composition, Probe probe) => composition switch
    {
        "all" => Probe.All(Probe.Custom("ready", (_, _) => Task.CompletedTask), probe),
        "any" => Probe.Any(Probe.Custom("other", (_, _) => throw new IOException("not yet")), probe),
        _ => probe,
    };

    /// <summary>On a thread of its own, so that a wait that blocks fails the test and does not hang it.</summary>
    private Task StartAsync(Probe probe, TimeSpan? limit = null, ProbeTarget? target = null) => Task.Run(async () =>
    {
        using var deadline = new Deadline(limit ?? TimeSpan.FromMinutes(1), "the limit of the test", _clock, TestContext.Current.CancellationToken);
        await ReadinessWaiter.WaitAsync(probe, target ?? new ProbeTarget(), _ended.Task, deadline, _evidence, _clock);
    });

    private Probe Blocking(Kind kind, int times = int.MaxValue) => kind switch
    {
        Kind.Check => Probe.Custom("x", (_, _) =>
        {
            BlockAtMost(times);
            return Task.CompletedTask;
        }),
        Kind.Source => Probe.Database(_ =>
        {
            BlockAtMost(times);
            return new ScriptedSource(_ => 1);
        }),
        _ => Probe.Database(_ => new ScriptedSource(_ =>
        {
            BlockAtMost(times);
            return 1;
        })),
    };

    private void BlockAtMost(int times)
    {
        if (Interlocked.Increment(ref _calls) <= times)
        {
            Block();
        }
    }

    private void Block()
    {
        _blocks.TrySetResult();
        _unblocked.Wait(TimeSpan.FromSeconds(30));
    }
}
