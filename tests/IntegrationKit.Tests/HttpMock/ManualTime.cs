using System.Threading.Channels;

namespace IntegrationKit.Tests.HttpMock;

/// <summary>A clock that does not move; a timer fires when the test says so.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Channel<ManualTimer> _timers = Channel.CreateUnbounded<ManualTimer>();

    public DateTimeOffset Now { get; set; } = new(2030, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(callback, state, dueTime);
        _timers.Writer.TryWrite(timer);
        return timer;
    }

    /// <summary>Waits for the next timer of that duration.</summary>
    public async Task<ManualTimer> NextTimerAsync(TimeSpan dueTime)
    {
        var others = new List<TimeSpan>();
        try
        {
            while (true)
            {
                var timer = await _timers.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
                if (timer.DueTime == dueTime)
                {
                    return timer;
                }

                others.Add(timer.DueTime);
            }
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"Nobody waits for {dueTime}, but for {string.Join(", ", others)}.", e);
        }
    }
}

internal sealed class ManualTimer(TimerCallback callback, object? state, TimeSpan dueTime) : ITimer
{
    public TimeSpan DueTime => dueTime;

    public void Fire() => callback(state);

    public bool Change(TimeSpan dueTime, TimeSpan period) => true;

    public void Dispose()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
