using IntegrationKit.Services.Postgres;

namespace IntegrationKit.Tests.Services.Postgres;

public sealed class ReadyPoolTests
{
    private readonly Lock _gate = new();
    private readonly List<int> _discarded = [];
    private readonly List<TaskCompletionSource> _held = [];
    private int _made;
    private int _most;
    private int _current;
    private int _failed;
    private bool _isHeld;
    private Exception? _error;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_made_before_it_is_asked_for()
    {
        await using (Pool(3))
        {
        }

        Assert.Equal(0, _made);
    }

    [Fact]
    public async Task Oldest_is_handed_out_first_and_no_more_than_the_size_are_ready()
    {
        await using var pool = Pool(3, parallelism: 1);

        for (var i = 1; i <= 20; i++)
        {
            var (made, isFresh) = await TakeAsync(pool);
            Assert.Equal((i, i == 1), (made, isFresh));
            await UntilAsync(() => _made == i + 3);
        }

        Assert.Equal(1, _most);
    }

    [Fact]
    public async Task Pool_of_none_makes_each_for_its_caller()
    {
        await using var pool = Pool(0);

        Assert.Equal((1, true), await TakeAsync(pool));
        Assert.Equal((2, true), await TakeAsync(pool));
        Assert.Equal(2, _made);
    }

    [Fact]
    public async Task No_more_are_made_at_once_than_allowed()
    {
        await using var pool = Pool(5, parallelism: 3);
        _isHeld = true;

        var takes = Enumerable.Range(0, 10).Select(_ => pool.TakeAsync(Cancellation)).ToArray();
        await UntilAsync(() => _current == 3);
        Release();
        await Task.WhenAll(takes);

        Assert.Equal(3, _most);
        Assert.Equal(10, takes.Select(each => each.Result.Made).Distinct().Count());
    }

    [Fact]
    public async Task Failure_in_the_background_is_tried_again_for_the_next_caller_who_gets_its_error()
    {
        await using var pool = Pool(2);
        await TakeAsync(pool);
        await UntilAsync(() => _made == 3);
        _error = new InvalidOperationException("No room.");
        await TakeAsync(pool);
        await TakeAsync(pool);
        await UntilAsync(() => _failed == 2);

        Assert.Same(_error, await Assert.ThrowsAsync<InvalidOperationException>(() => TakeAsync(pool)));
        _error = null;
        var (_, isFresh) = await TakeAsync(pool);

        Assert.True(isFresh);
        await UntilAsync(() => _made == 6);
    }

    [Fact]
    public async Task Cancelled_call_of_a_pool_of_none_ends_the_making_or_discards_what_was_made()
    {
        await using var pool = Pool(0);
        using var cancellation = new CancellationTokenSource();
        _isHeld = true;

        var take = pool.TakeAsync(cancellation.Token);
        await UntilAsync(() => _current == 1);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => take);
        Release();
        await UntilAsync(() => _current == 0 && _discarded.Count == _made);
    }

    [Fact]
    public async Task What_a_cancelled_call_was_waiting_for_is_handed_to_the_next()
    {
        await using var pool = Pool(1);
        await TakeAsync(pool);
        await UntilAsync(() => _made == 2);
        _isHeld = true;
        await TakeAsync(pool);
        using var cancellation = new CancellationTokenSource();
        var cancelled = pool.TakeAsync(cancellation.Token);
        await UntilAsync(() => _current == 1);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);

        var next = pool.TakeAsync(Cancellation);
        Release();

        Assert.Equal((3, false), await next);
    }

    [Fact]
    public async Task Cleared_pool_discards_what_was_ready_and_makes_anew()
    {
        await using var pool = Pool(2, parallelism: 1);
        await TakeAsync(pool);
        await UntilAsync(() => _made == 3);

        pool.Clear();

        Assert.Equal((4, true), await TakeAsync(pool));
        await UntilAsync(() => _discarded.Order().SequenceEqual([2, 3]));
    }

    [Fact]
    public async Task Closed_pool_discards_all_and_refuses_also_those_who_wait()
    {
        var pool = Pool(4, parallelism: 2);
        await TakeAsync(pool);
        await UntilAsync(() => _made == 5);
        _isHeld = true;
        for (var i = 0; i < 4; i++)
        {
            await TakeAsync(pool);
        }

        var waiting = Enumerable.Range(0, 6).Select(_ => pool.TakeAsync(Cancellation)).ToArray();
        await UntilAsync(() => _current == 2);
        var closing = pool.DisposeAsync();
        foreach (var each in waiting)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => each);
        }

        await closing;
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pool.TakeAsync(Cancellation));
        Assert.Equal(0, _current);
        Assert.Equal(_made - 5, _discarded.Count);
    }

    private static async Task<(int Made, bool IsFresh)> TakeAsync(ReadyPool<int> pool)
    {
        var taken = await pool.TakeAsync(Cancellation);
        pool.Fill();
        return taken;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Cancellation);
        }
    }

    private ReadyPool<int> Pool(int size, int parallelism = 2) => new(size, parallelism, MakeAsync, made =>
    {
        lock (_gate)
        {
            _discarded.Add(made);
        }

        return Task.CompletedTask;
    });

    private async Task<int> MakeAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource? held = null;
        lock (_gate)
        {
            _most = Math.Max(_most, ++_current);
            if (_isHeld)
            {
                _held.Add(held = new(TaskCreationOptions.RunContinuationsAsynchronously));
            }
        }

        try
        {
            await (held?.Task.WaitAsync(cancellationToken) ?? Task.CompletedTask);
            lock (_gate)
            {
                _failed += _error is null ? 0 : 1;
                return _error is null ? ++_made : throw _error;
            }
        }
        finally
        {
            lock (_gate)
            {
                _current--;
            }
        }
    }

    private void Release()
    {
        lock (_gate)
        {
            _isHeld = false;
            _held.ForEach(each => each.TrySetResult());
        }
    }
}
