using System.Globalization;
using IntegrationKit.Launching.Containers;
using IntegrationKit.Tests.Engine.Support;
using Microsoft.Extensions.Time.Testing;

namespace IntegrationKit.Tests.Launching;

/// <summary>An engine on a machine whose clock differs from ours.</summary>
public sealed class EngineClockTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeEngine _fake = new();
    private readonly FakeTimeProvider _time = new(Now);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _fake.DisposeAsync();

    [Theory]
    [InlineData(7)]
    [InlineData(-7)]
    [InlineData(0)]
    public async Task Moment_of_our_clock_is_told_by_the_engines(int minutes)
    {
        var skew = TimeSpan.FromMinutes(minutes);
        Tell((Now + skew).ToString("yyyy-MM-ddTHH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture));

        Assert.Equal(Now - TimeSpan.FromSeconds(90) + skew, await AskAsync(Now - TimeSpan.FromSeconds(90)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task Clocks_that_agree_within_the_time_of_the_request_are_the_same(int seconds)
    {
        _fake.On("GET /info", each =>
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            return each.AnswerAsync(200, $$"""{"SystemTime":"{{Now.AddSeconds(seconds):yyyy-MM-ddTHH:mm:ss}}Z"}""");
        });

        Assert.Equal(Now, await AskAsync(Now));
    }

    [Fact]
    public async Task Moment_is_rather_too_early_than_too_late_by_the_time_of_the_request()
    {
        _fake.On("GET /info", each =>
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            return each.AnswerAsync(200, $$"""{"SystemTime":"{{Now.AddMinutes(7):yyyy-MM-ddTHH:mm:ss}}Z"}""");
        });

        Assert.Equal(Now.AddMinutes(7).AddSeconds(-5), await AskAsync(Now));
    }

    [Fact]
    public async Task Engine_that_does_not_tell_its_time_is_taken_to_have_ours()
    {
        _fake.On("GET /info", 200, """{"Name":"podman"}""");

        Assert.Equal(Now, await AskAsync(Now));
    }

    private void Tell(string time) => _fake.On("GET /info", 200, $$"""{"SystemTime":"{{time}}"}""");

    private async Task<DateTimeOffset> AskAsync(DateTimeOffset ours)
    {
        await using var engine = await _fake.ConnectAsync();
        return await new EngineClock(engine, _time).FromOursAsync(ours, Cancellation);
    }
}
