using System.Collections.Concurrent;

namespace IntegrationKit.Tests.Readiness.Support;

/// <summary>
/// A clock for which pauses are over at once: it notes each timer that is shorter than a second and moves its hands on
/// by that much. Longer ones are limits, and pass only when the hands have come so far.
/// </summary>
internal sealed class PauseClock : TimeProvider
{
    private static readonly TimeSpan ShortestLimit = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<TimeSpan> _pauses = new();
    private readonly Lock _gate = new();
    private readonly List<Limit> _limits = [];
    private long _now;

    /// <summary>The pauses that were asked for, in order.</summary>
    public IReadOnlyList<TimeSpan> Pauses => [.. _pauses];

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime >= ShortestLimit || dueTime < TimeSpan.Zero)
        {
            lock (_gate)
            {
                var limit = new Limit(this, () => callback(state));
                _limits.Add(limit);
                limit.Change(dueTime, period);
                return limit;
            }
        }

        _pauses.Enqueue(dueTime);
        ThreadPool.QueueUserWorkItem(_ =>
        {
            Advance(dueTime);
            callback(state);
        });
        return new Nothing();
    }

    /// <summary>Lets time pass.</summary>
    public void Advance(TimeSpan time)
    {
        Interlocked.Add(ref _now, time.Ticks);
        foreach (var limit in Passed())
        {
            limit.Fire();
        }
    }

    private Limit[] Passed()
    {
        lock (_gate)
        {
            var passed = _limits.Where(each => each.Due <= _now).ToArray();
            _limits.RemoveAll(passed.Contains);
            return passed;
        }
    }

    private sealed class Limit(PauseClock clock, Action fire) : ITimer
    {
        public long Due { get; private set; } = long.MaxValue;

        public Action Fire { get; } = fire;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime < TimeSpan.Zero ? long.MaxValue : clock._now + dueTime.Ticks;
            return true;
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                clock._limits.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Nothing : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
