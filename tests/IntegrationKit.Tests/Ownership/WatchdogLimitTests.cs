namespace IntegrationKit.Tests.Ownership;

/// <summary>An engine that answers the watchdog far more than it can have.</summary>
public sealed class WatchdogLimitTests
{
    private readonly string _socket = WatchdogFakeEngine.FreeSocketPath();

    [Fact]
    public async Task List_that_is_far_too_long_is_not_read_and_asked_for_again()
    {
        var padding = new string('x', 33 * 1024 * 1024);
        var leftovers = new WatchdogFakeLeftovers();
        var asked = 0;
        await using var engine = await WatchdogFakeEngine.StartAsync(_socket, request =>
            request.Contains("/containers/json", StringComparison.Ordinal) && Interlocked.Increment(ref asked) == 1
                ? (200, $$"""[{"Labels":{"org.integrationkit.session":"unit"},"Id":"too-long","Name":"{{padding}}"}]""")
                : leftovers.Answer(request));
        using var watchdog = await WatchdogProgram.WatchAsync(_socket);

        watchdog.Die();

        Assert.Equal(0, await watchdog.ExitAsync());
        Assert.Equal(3, leftovers.Removed);
        Assert.DoesNotContain(engine.Requests, request => request.Contains("too-long", StringComparison.Ordinal));
    }
}
