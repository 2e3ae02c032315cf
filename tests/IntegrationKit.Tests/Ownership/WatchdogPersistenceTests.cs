namespace IntegrationKit.Tests.Ownership;

/// <summary>What the watchdog does where the engine refuses a call or does not answer.</summary>
public sealed class WatchdogPersistenceTests
{
    private readonly string _socket = WatchdogFakeEngine.FreeSocketPath();

    [Fact]
    public async Task Conflict_is_tried_again()
    {
        var (leftovers, conflicts) = (new WatchdogFakeLeftovers(), 3);
        await using var engine = await WatchdogFakeEngine.StartAsync(_socket, request =>
            request.StartsWith("DELETE /containers", StringComparison.Ordinal) && conflicts-- > 0
                ? (409, """{"message":"removal of container c1 is already in progress"}""")
                : leftovers.Answer(request));
        using var watchdog = await WatchdogProgram.WatchAsync(_socket);

        watchdog.Die();

        Assert.Equal(0, await watchdog.ExitAsync());
        Assert.Equal(4, engine.Requests.Count(request => request.StartsWith("DELETE /containers", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Engine_that_is_stopped_or_fails_is_waited_for()
    {
        var (leftovers, failures) = (new WatchdogFakeLeftovers(), 2);
        using var watchdog = await WatchdogProgram.WatchAsync(_socket);

        watchdog.Die();

        await using var engine = await WatchdogFakeEngine.StartAsync(_socket, request => failures-- > 0 ? (503, string.Empty) : leftovers.Answer(request));
        Assert.Equal(0, await watchdog.ExitAsync());
        Assert.Equal(3, leftovers.Removed);
    }
}
