using IntegrationKit.Launching.Containers;
using IntegrationKit.Tests.Engine.Support;
using IntegrationKit.Tests.Orchestration.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace IntegrationKit.Tests.Launching;

/// <summary>An engine that answers the ping, and then takes its time.</summary>
public sealed class EngineSessionTests
{
    private static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(30);

    private readonly WatchedTime _time = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Engine_whose_events_never_come_holds_up_no_infrastructure_of_another_engine()
    {
        await using var silent = Silent();
        await using var other = Answering();
        using var caller = new CancellationTokenSource();
        var first = Launcher(silent).JoinAsync(caller.Token);
        await _asked.Task.Soon();

        var second = Launcher(other);
        await second.JoinAsync(Cancellation).Soon();
        await second.CloseAsync(Cancellation).Soon();

        Assert.False(first.IsCompleted);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Soon());
    }

    [Fact]
    public async Task Engine_whose_events_never_come_is_waited_for_within_a_limit_and_asked_again_by_the_next_one()
    {
        await using var silent = Silent();
        var launcher = Launcher(silent);
        var first = launcher.JoinAsync(Cancellation);
        await _asked.Task.Soon();
        _time.Advance(OpenLimit);

        var error = await Assert.ThrowsAsync<TimeoutException>(() => first.Soon());
        Assert.Contains("within 30 s", error.Message, StringComparison.Ordinal);
        silent.On("GET /events", AnswerAsync);
        await launcher.JoinAsync(Cancellation).Soon();
        await launcher.CloseAsync(Cancellation).Soon();
    }

    [Fact]
    public async Task First_user_that_is_cancelled_takes_nothing_from_the_second()
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var slow = Silent().On("GET /events", async exchange =>
        {
            _asked.TrySetResult();
            await answer.Task;
            await AnswerAsync(exchange);
        });
        using var caller = new CancellationTokenSource();
        var (first, second) = (Launcher(slow), Launcher(slow));
        var cancelled = first.JoinAsync(caller.Token);
        await _asked.Task.Soon();
        var waiting = second.JoinAsync(Cancellation);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.Soon());

        answer.SetResult();

        await waiting.Soon();
        Assert.Single(slow.Requests, each => each.Path == "/events");
        await first.CloseAsync(Cancellation).Soon();
        await second.CloseAsync(Cancellation).Soon();
    }

    private static FakeEngine Answering() => new FakeEngine()
        .On("GET /events", AnswerAsync)
        .On("GET /containers/json", 200, "[]")
        .On("GET /networks", 200, "[]")
        .On("GET /volumes", 200, """{"Volumes":[]}""");

    private static async Task AnswerAsync(FakeExchange exchange)
    {
        await exchange.BeginChunksAsync();
        await exchange.ClientLeavesAsync();
    }

    private FakeEngine Silent() => Answering().On("GET /events", async exchange =>
    {
        _asked.TrySetResult();
        await exchange.ClientLeavesAsync();
    });

    private ContainerLauncher Launcher(FakeEngine engine) => new(new(engine.Address, ImagePrefix: null, Watchdog: false), NullLogger.Instance, _time);
}
