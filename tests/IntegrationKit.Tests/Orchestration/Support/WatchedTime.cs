using Microsoft.Extensions.Time.Testing;

namespace IntegrationKit.Tests.Orchestration.Support;

/// <summary>A clock that the test moves, and that tells when somebody has begun to wait for a time.</summary>
internal sealed class WatchedTime : FakeTimeProvider
{
    private readonly Journal _timers = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _timers.Add($"{dueTime}");
        return timer;
    }

    /// <summary>How often somebody has begun to wait for that time.</summary>
    public int Count(TimeSpan time) => _timers.Count($"{time}");

    /// <summary>Returns when somebody waits for that time, as often as is said since the clock was made.</summary>
    public Task AwaitedAsync(TimeSpan time, int times = 1) => _timers.SeenAsync($"{time}", times);

    /// <summary>Lets a time pass as soon as somebody waits for it.</summary>
    public async Task PassAsync(TimeSpan time, int times = 1)
    {
        await AwaitedAsync(time, times);
        Advance(time);
    }
}
