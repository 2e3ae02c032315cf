using System.Diagnostics;

namespace IntegrationKit.Tests.HttpMock;

public sealed class DelayTests
{
    [Fact]
    public async Task WithDelay_holds_the_answer_back_by_the_infrastructures_clock()
    {
        var time = new ManualTime();
        await using var fixture = await MockFixture.StartAsync(time: time);
        fixture.Mock.When("GET", "/x").Respond(new MockResponse(200, "late") { Delay = TimeSpan.FromSeconds(2) }).WithDelay(TimeSpan.FromMinutes(1));

        var answer = fixture.GetTextAsync("/x");
        var timer = await time.NextTimerAsync(TimeSpan.FromSeconds(62));

        fixture.Mock.Verify("GET", "/x", times: 1);
        Assert.False(answer.IsCompleted);
        timer.Fire();
        Assert.Equal("late", await answer);
    }

    [Fact]
    public async Task WithDelay_holds_a_dropped_connection_back()
    {
        var time = new ManualTime();
        await using var fixture = await MockFixture.StartAsync(time: time);
        fixture.Mock.When("GET", "/x").DropConnection().WithDelay(TimeSpan.FromHours(1));

        var answer = fixture.GetAsync("/x");
        var timer = await time.NextTimerAsync(TimeSpan.FromHours(1));

        Assert.False(answer.IsCompleted);
        timer.Fire();
        await Assert.ThrowsAsync<HttpRequestException>(() => answer);
    }

    [Fact]
    public async Task WithDelay_on_the_system_clock_takes_that_long()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/x").WithDelay(TimeSpan.FromMilliseconds(150)).Respond(200);

        var clock = Stopwatch.StartNew();
        using var response = await fixture.GetAsync("/x");

        // A timer may be a tick early.
        Assert.InRange(clock.ElapsedMilliseconds, 130, 30_000);
    }

    [Fact]
    public void WithDelay_negative_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExternalServiceMock().When("GET", "/").WithDelay(TimeSpan.FromTicks(-1)));

    [Fact]
    public async Task Client_that_disconnects_cancels_the_responder()
    {
        await using var fixture = await MockFixture.StartAsync();
        var entered = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        fixture.Mock.When("GET", "/x").Respond(async (_, cancellationToken) =>
        {
            await using var registration = cancellationToken.Register(() => cancelled.TrySetResult());
            entered.SetResult();
            await cancelled.Task;
            return new MockResponse();
        });

        using var disconnect = new CancellationTokenSource();
        var answer = fixture.Client.GetAsync("/x", disconnect.Token);
        await entered.Task.WaitAsync(TestContext.Current.CancellationToken);
        await disconnect.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Empty(fixture.Mock.ResponderFailures);
    }
}
