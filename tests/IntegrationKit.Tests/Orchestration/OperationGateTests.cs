using IntegrationKit.Limits;
using IntegrationKit.Orchestration;
using IntegrationKit.Tests.Orchestration.Support;

namespace IntegrationKit.Tests.Orchestration;

public sealed class OperationGateTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(50);

    private readonly WatchedTime _time = new();
    private readonly OperationGate _gate;

    public OperationGateTests() => _gate = new(_time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EnterAsync_waits_for_an_operation_that_pulls_longer_than_its_own_limit()
    {
        using var start = new Deadline(TimeSpan.FromSeconds(40), "its limit", _time, Cancellation);
        await _gate.EnterAsync("started", Limit, Cancellation);
        _gate.Limit(start);
        var pull = start.Pause();

        var waiting = _gate.EnterAsync("reset", Limit, Cancellation);
        await _time.PassAsync(Limit, times: 1);
        await _time.PassAsync(Limit, times: 2);
        await _time.AwaitedAsync(Limit, times: 3);
        Assert.False(waiting.IsCompleted);

        pull.Dispose();
        _gate.Exit();
        await waiting.Soon();
        _gate.Exit();
    }

    [Fact]
    public async Task EnterAsync_waits_no_longer_for_an_operation_that_has_outlived_its_limit()
    {
        using var start = new Deadline(TimeSpan.FromSeconds(40), "its limit", _time, Cancellation);
        await _gate.EnterAsync("started", Limit, Cancellation);
        _gate.Limit(start);

        var waiting = _gate.EnterAsync("reset", Limit, Cancellation);
        await _time.PassAsync(Limit);

        var error = await Assert.ThrowsAsync<TimeoutException>(() => waiting.Soon());
        Assert.Equal("Nothing was reset: another operation of this infrastructure has not ended within 50 s.", error.Message);
        _gate.Exit();
        await _gate.EnterAsync("reset", Limit, Cancellation).Soon();
    }

    [Fact]
    public async Task EnterAsync_cancelled_by_the_caller_is_a_cancellation()
    {
        using var caller = new CancellationTokenSource();
        await _gate.EnterAsync("started", Limit, Cancellation);
        var waiting = _gate.EnterAsync("reset", Limit, caller.Token);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Soon());
    }
}
