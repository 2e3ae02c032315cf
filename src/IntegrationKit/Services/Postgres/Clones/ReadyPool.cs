namespace IntegrationKit.Services.Postgres;

/// <summary>
/// Keeps some things ready that take time to make, and hands them out, the oldest first. What fails in the background is made again for the next who asks, who gets the error if that fails too.
/// </summary>
/// <param name="size">How many are ready or being made, besides those that somebody waits for.</param>
/// <param name="parallelism">How many are made at the same time.</param>
/// <param name="make">Makes one. If it throws, it leaves nothing.</param>
/// <param name="discard">Removes one that nobody gets.</param>
internal sealed class ReadyPool<T>(int size, int parallelism, Func<CancellationToken, Task<T>> make, Func<T, Task> discard) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turns = new(parallelism);
    private readonly LinkedList<Coming> _coming = [];
    private readonly HashSet<Task> _running = [];
    private readonly CancellationTokenSource _closing = new();

    /// <summary>Hands out the oldest, or one that is made for the caller.</summary>
    /// <returns>What was made, and whether it was made for this call.</returns>
    /// <exception cref="ObjectDisposedException">The pool is closed.</exception>
    public async Task<(T Made, bool IsFresh)> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var coming = Next(out var isFresh);
            await ((Task)coming.Made).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
            {
                PutBack(coming);
                continue;
            }

            ObjectDisposedException.ThrowIf(coming.Made.IsCanceled, this);
            if (isFresh || !coming.Made.IsFaulted)
            {
                var made = await coming.Made.ConfigureAwait(false);
                coming.Cancellation.Dispose();
                return (made, isFresh);
            }
        }
    }

    /// <summary>Begins to make what is missing. Called after each that was handed out: what is made slows down what the caller does with it.</summary>
    public void Fill()
    {
        lock (_gate)
        {
            while (!_closing.IsCancellationRequested && _coming.Count < size)
            {
                _coming.AddLast(Begin());
            }
        }
    }

    /// <summary>Removes all that are ready or being made. The next that is asked for is made anew.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            while (_coming.Last is { } last)
            {
                Abandon(last.Value);
            }
        }
    }

    /// <summary>Removes all, and waits until nothing is being made or removed any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        Clear();
        while (true)
        {
            Task[] running;
            lock (_gate)
            {
                running = [.. _running];
            }

            if (running.Length == 0)
            {
                return;
            }

            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Coming Next(out bool isFresh)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            while (_coming.First is { Value: var first })
            {
                _coming.RemoveFirst();
                if (!first.Made.IsFaulted)
                {
                    isFresh = false;
                    return first;
                }
            }

            isFresh = true;
            return Begin();
        }
    }

    private Coming Begin()
    {
        var cancellation = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
        var turn = _turns.WaitAsync(cancellation.Token);
        var coming = new Coming(cancellation, Task.Run(() => MakeAsync(turn, cancellation.Token), CancellationToken.None));
        Note(coming.Made);
        return coming;
    }

    private async Task<T> MakeAsync(Task turn, CancellationToken cancellationToken)
    {
        await turn.ConfigureAwait(false);
        try
        {
            return await make(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>Who asked for it has cancelled: the next who asks gets it.</summary>
    private void PutBack(Coming coming)
    {
        lock (_gate)
        {
            _coming.AddFirst(coming);
            while (_coming.Last is { } last && (_closing.IsCancellationRequested || _coming.Count > size))
            {
                Abandon(last.Value);
            }
        }
    }

    private void Abandon(Coming coming)
    {
        _coming.Remove(coming);
        Note(Task.Run(() => AbandonAsync(coming), CancellationToken.None));
    }

    private async Task AbandonAsync(Coming coming)
    {
        await coming.Cancellation.CancelAsync().ConfigureAwait(false);
        await ((Task)coming.Made).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (coming.Made.IsCompletedSuccessfully)
        {
            await discard(await coming.Made.ConfigureAwait(false)).ConfigureAwait(false);
        }

        coming.Cancellation.Dispose();
    }

    /// <summary>Its error is thrown to who asks, or to nobody.</summary>
    private void Note(Task task)
    {
        lock (_gate)
        {
            _running.Add(task);
        }

        _ = task.ContinueWith(
            ended =>
            {
                _ = ended.Exception;
                lock (_gate)
                {
                    _running.Remove(ended);
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private sealed record Coming(CancellationTokenSource Cancellation, Task<T> Made);
}
