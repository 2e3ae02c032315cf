using IntegrationKit.Limits;
using IntegrationKit.Tests.Orchestration.Support;

namespace IntegrationKit.Tests.Limits;

public sealed class BoundedCallTests : IDisposable
{
    private readonly WatchedTime _time = new();
    private readonly CancellationTokenSource _limit = new();
    private readonly TaskCompletionSource<int> _step = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task Step_that_ignores_its_token_is_waited_for_until_the_grace_is_over()
    {
        var call = BoundedCall.RunAsync(_ => _step.Task, _time, _limit.Token);
        await _limit.CancelAsync();
        await _time.AwaitedAsync(BoundedCall.Grace);
        Assert.False(call.IsCompleted);

        _time.Advance(BoundedCall.Grace);

        Assert.Equal(_limit.Token, (await Assert.ThrowsAsync<StillRunningException>(() => call.Soon())).CancellationToken);
    }

    [Fact]
    public async Task Step_that_blocks_its_thread_is_waited_for_until_the_grace_is_over()
    {
        using var blocked = new ManualResetEventSlim();
        var call = BoundedCall.RunInnerAsync(
            _ =>
            {
                blocked.Wait(CancellationToken.None);
                return Task.CompletedTask;
            },
            _time,
            _limit.Token);
        await _limit.CancelAsync();
        await _time.PassAsync(BoundedCall.InnerGrace);

        await Assert.ThrowsAsync<StillRunningException>(() => call.Soon());
        blocked.Set();
    }

    [Fact]
    public async Task Result_that_comes_within_the_grace_is_the_callers()
    {
        var call = BoundedCall.RunAsync(_ => _step.Task, _time, _limit.Token);
        await _limit.CancelAsync();
        await _time.AwaitedAsync(BoundedCall.Grace);
        _step.SetResult(7);

        Assert.Equal(7, await call.Soon());
    }

    [Fact]
    public async Task Result_that_comes_in_the_moment_of_the_cancellation_is_the_callers()
    {
        // Either order, and everything between them: each pair of threads meets a little later than the last one.
        using var meeting = new Barrier(2);
        for (var i = 0; i < 20_000; i++)
        {
            using var limit = new CancellationTokenSource();
            var (entered, step) = (new TaskCompletionSource(), new TaskCompletionSource<int>());
            var call = BoundedCall.RunAsync(
                _ =>
                {
                    entered.SetResult();
                    return step.Task;
                },
                _time,
                limit.Token);
            await entered.Task;
            var cancelling = Task.Run(
                () =>
                {
                    meeting.SignalAndWait(CancellationToken.None);
                    limit.Cancel();
                },
                CancellationToken.None);
            meeting.SignalAndWait(CancellationToken.None);
            Thread.SpinWait(i % 100);
            step.SetResult(7);
            await cancelling;

            Assert.Equal(7, await call.Soon());
        }
    }

    [Fact]
    public async Task Result_that_comes_too_late_is_passed_on_to_be_disposed_of()
    {
        var late = new TaskCompletionSource<int>();
        var call = BoundedCall.RunAsync(
            _ => _step.Task,
            _time,
            _limit.Token,
            result =>
            {
                late.SetResult(result);
                return Task.CompletedTask;
            });
        await _limit.CancelAsync();
        await _time.PassAsync(BoundedCall.Grace);
        await Assert.ThrowsAsync<StillRunningException>(() => call.Soon());

        _step.SetResult(7);

        Assert.Equal(7, await late.Task.Soon());
    }

    [Fact]
    public async Task Error_of_a_step_that_was_cancelled_is_the_callers()
    {
        var call = BoundedCall.RunAsync(_ => _step.Task, _time, _limit.Token);
        await _limit.CancelAsync();
        await _time.AwaitedAsync(BoundedCall.Grace);
        _step.SetException(new IOException("the connection was torn down"));

        await Assert.ThrowsAsync<IOException>(() => call.Soon());
    }
}
