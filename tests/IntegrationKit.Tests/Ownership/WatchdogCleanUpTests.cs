namespace IntegrationKit.Tests.Ownership;

/// <summary>What the watchdog asks of an engine when its owner has died.</summary>
public sealed class WatchdogCleanUpTests
{
    private readonly string _socket = WatchdogFakeEngine.FreeSocketPath();

    [Fact]
    public async Task Everything_is_removed_in_order_and_looked_for_twice()
    {
        await using var engine = await WatchdogFakeEngine.StartAsync(_socket, new WatchdogFakeLeftovers().Answer);
        using var watchdog = await WatchdogProgram.WatchAsync(_socket);

        watchdog.Die();

        Assert.Equal(0, await watchdog.ExitAsync());
        Assert.Equal(
            ["DELETE /containers/c1?force=1&v=1", "DELETE /networks/n1", "DELETE /volumes/v 1?force=1"],
            engine.Requests.Where(request => request.StartsWith("DELETE", StringComparison.Ordinal)));
        var list = """GET /containers/json?all=1&filters={"label":["org.integrationkit.session=unit"]}""";
        Assert.Equal(3, engine.Requests.Count(request => request == list));
    }

    [Fact]
    public async Task What_does_not_carry_the_label_stays_whatever_the_engine_lists()
    {
        await using var engine = await WatchdogFakeEngine.StartAsync(_socket, request => request switch
        {
            _ when request.Contains("/containers/json", StringComparison.Ordinal) =>
                (200, """[{"Id":"a","Labels":{"org.integrationkit.session":"other"}},{"Id":"b","Labels":{}},{"Id":"c","Labels":null},{"Id":"d"}]"""),
            _ when request.Contains("/volumes", StringComparison.Ordinal) => (200, """{"Volumes":null}"""),
            _ => (200, "[]"),
        });
        using var watchdog = await WatchdogProgram.WatchAsync(_socket);

        watchdog.Die();

        Assert.Equal(0, await watchdog.ExitAsync());
        Assert.DoesNotContain(engine.Requests, request => request.StartsWith("DELETE", StringComparison.Ordinal));
    }
}
