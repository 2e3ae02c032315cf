namespace IntegrationKit.Tests.Ownership;

/// <summary>What the watchdog and its owner send to each other.</summary>
public sealed class WatchdogProtocolTests
{
    private const string Nowhere = "/nowhere.sock";

    [Fact]
    public async Task Message_that_the_owner_has_stopped_ends_it()
    {
        using var watchdog = await WatchdogProgram.WatchAsync(Nowhere);

        watchdog.Send("stopped");

        Assert.Equal(0, await watchdog.ExitAsync());
    }

    [Fact]
    public async Task Owner_that_dies_before_it_has_said_anything_left_nothing()
    {
        using var watchdog = WatchdogProgram.Start();

        watchdog.Die();

        Assert.Equal(0, await watchdog.ExitAsync());
    }

    [Fact]
    public async Task Line_that_it_does_not_know_is_ignored()
    {
        using var watchdog = await WatchdogProgram.WatchAsync(Nowhere);

        watchdog.Send("hello");
        watchdog.Send("stopped");

        Assert.Equal(0, await watchdog.ExitAsync());
    }

    [Theory]
    [InlineData("watch unix:///nowhere.sock org.integrationkit.session=")]
    [InlineData("watch unix:///nowhere.sock org.integrationkit.session")]
    [InlineData("watch unix:///nowhere.sock =unit")]
    [InlineData("watch unix:///nowhere.sock")]
    [InlineData("watch npipe:////./pipe/docker org.integrationkit.session=unit")]
    [InlineData("watch unix:///nowhere.sock org.integrationkit.session=unit ")]
    [InlineData("watch unix:///nowhere.sock org.integrationkit.session=unit 1.41")]
    [InlineData("guard unix:///nowhere.sock org.integrationkit.session=unit")]
    public async Task Assignment_that_makes_no_sense_is_refused(string line)
    {
        using var watchdog = WatchdogProgram.Start();

        Assert.Null(await watchdog.AskAsync(line));
        Assert.Equal(2, await watchdog.ExitAsync());
    }
}
