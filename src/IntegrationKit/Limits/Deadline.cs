namespace IntegrationKit.Limits;

/// <summary>
/// A limit of our own on top of the caller's token, so that the two can be told apart afterwards. Its clock stops
/// while it is paused.
/// </summary>
internal sealed class Deadline : IDisposable
{
    /// <summary>The longest time that a timer of the clock can wait.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(49);

    private readonly Lock _gate = new();
    private readonly TimeProvider _timeProvider;
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _ofCaller;
    private readonly CancellationTokenRegistration _ofOuter;
    private readonly Deadline? _outer;
    private volatile bool _isCancelledFromOutside;
    private TimeSpan _remaining;
    private long _runningSince;
    private int _pauses;

    public Deadline(TimeSpan length, string name, TimeProvider timeProvider, CancellationToken callerToken, Deadline? outer = null)
    {
        (Length, Name, _timeProvider, _remaining, _outer) = (length, name, timeProvider, length, outer);
        _runningSince = timeProvider.GetTimestamp();
        _source = new CancellationTokenSource(length, timeProvider);
        _ofCaller = callerToken.UnsafeRegister(static deadline => ((Deadline)deadline!).CancelFromOutside(), this);
        _ofOuter = outer?.Token.UnsafeRegister(static deadline => ((Deadline)deadline!).CancelFromOutside(), this) ?? default;
    }

    public TimeSpan Length { get; }

    /// <summary>The name of the limit, which ends the sentence "was not ready within 60 s, …".</summary>
    public string Name { get; }

    public CancellationToken Token => _source.Token;

    /// <summary>The limit that has passed, this one or the outer one; null if none has.</summary>
    public Deadline? Passed => _source.IsCancellationRequested && !_isCancelledFromOutside ? this : _outer?.Passed;

    /// <summary>What is wrong with a setting that says how long something may take; null if nothing is.</summary>
    public static string? Problem(string setting, TimeSpan length) => length > TimeSpan.Zero && length <= Longest
        ? null
        : $"{setting} is {length}; it must be longer than zero and at most {Longest.Days} days.";

    /// <summary>Whether the limit has passed, or the caller has cancelled.</summary>
    public bool IsCancelled => _source.IsCancellationRequested;

    /// <summary>Stops the clock, and that of the outer limit, until the result is disposed.</summary>
    public IDisposable Pause()
    {
        var outer = _outer?.Pause();
        lock (_gate)
        {
            if (_pauses++ == 0)
            {
                _remaining -= _timeProvider.GetElapsedTime(_runningSince);
                _source.CancelAfter(Timeout.InfiniteTimeSpan);
            }
        }

        return new Paused(this, outer);
    }

    public void Dispose()
    {
        // These wait for a cancellation that is under way, so no lock is held.
        _ofCaller.Dispose();
        _ofOuter.Dispose();
        lock (_gate)
        {
            _pauses = int.MinValue;
            _source.Dispose();
        }
    }

    private void CancelFromOutside()
    {
        if (!_source.IsCancellationRequested)
        {
            _isCancelledFromOutside = true;
        }

        _source.Cancel();
    }

    private void Resume()
    {
        lock (_gate)
        {
            if (--_pauses == 0)
            {
                _runningSince = _timeProvider.GetTimestamp();
                _source.CancelAfter(_remaining > TimeSpan.Zero ? _remaining : TimeSpan.Zero);
            }
        }
    }

    private sealed class Paused(Deadline deadline, IDisposable? outer) : IDisposable
    {
        private Deadline? _deadline = deadline;

        public void Dispose()
        {
            Interlocked.Exchange(ref _deadline, null)?.Resume();
            outer?.Dispose();
        }
    }
}
