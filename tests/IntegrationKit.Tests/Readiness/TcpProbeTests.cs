using IntegrationKit.Tests.Readiness.Support;

namespace IntegrationKit.Tests.Readiness;

public sealed class TcpProbeTests
{
    [Fact]
    public async Task Tcp_connection_that_stays_open_is_ready_after_50_ms()
    {
        await using var server = LoopbackServer.Silent();

        var attempt = Assert.Single(await ProbeTrial.WaitAsync(Probe.Tcp(), new ProbeTarget(server.Port)));

        Assert.Null(attempt.Reason);
        Assert.True(attempt.Duration >= TimeSpan.FromMilliseconds(45), $"It was taken for ready after {attempt.Duration}.");
    }

    [Fact]
    public async Task Tcp_connection_that_stays_open_to_a_container_that_has_ended_is_not_ready()
    {
        await using var server = LoopbackServer.Silent();

        var reason = await ProbeTrial.OnceAsync(Probe.Tcp(), new ProbeTarget(server.Port) { IsRunning = false });

        Assert.Equal("the connection stayed open, but the container has ended", reason);
    }

    [Fact]
    public async Task Tcp_server_that_accepts_and_closes_is_not_ready()
    {
        await using var server = LoopbackServer.Closing();

        var reason = await ProbeTrial.OnceAsync(Probe.Tcp(), new ProbeTarget(server.Port));

        Assert.Equal($"port {server.Port}: 127.0.0.1:{server.Port} accepted and closed the connection", reason);
    }

    [Fact]
    public async Task Tcp_server_that_speaks_first_is_ready_at_once()
    {
        await using var server = new LoopbackServer(async (socket, token) => await socket.SendAsync("220 hello"u8.ToArray(), token));

        Assert.Null(await ProbeTrial.OnceAsync(Probe.Tcp(), new ProbeTarget(server.Port)));
    }

    [Fact]
    public async Task Tcp_port_at_which_nobody_listens_is_not_ready()
    {
        var port = LoopbackServer.UnusedPort();

        var reason = await ProbeTrial.OnceAsync(Probe.Tcp(port), new ProbeTarget(port));

        Assert.Equal($"port {port}: 127.0.0.1:{port}: Connection refused", reason);
    }

    [Fact]
    public async Task Tcp_every_published_port_is_probed_unless_one_is_named()
    {
        await using var open = LoopbackServer.Silent();
        await using var closing = LoopbackServer.Closing();
        var target = new ProbeTarget(open.Port, closing.Port);

        Assert.Null(await ProbeTrial.OnceAsync(Probe.Tcp(open.Port), target));
        Assert.StartsWith($"port {closing.Port}: ", await ProbeTrial.OnceAsync(Probe.Tcp(), target), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tcp_nothing_published_is_not_ready() =>
        Assert.Contains("publishes no port", await ProbeTrial.OnceAsync(Probe.Tcp(), new ProbeTarget()), StringComparison.Ordinal);

    [Fact]
    public async Task Tcp_time_to_connect_is_no_part_of_the_50_ms()
    {
        // It is not accepted, but stands in the queue: the engine's connection does.
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var clock = new WatchingClock(listener.Pending);

        var reason = await ProbeTrial.OnceAsync(Probe.Tcp(), new ProbeTarget(((System.Net.IPEndPoint)listener.LocalEndpoint).Port), clock);

        Assert.Null(reason);
        Assert.Equal([(TimeSpan.FromMilliseconds(50), true)], clock.Timers);
    }

    [Fact]
    public async Task Tcp_is_ready_as_soon_as_the_server_is()
    {
        var refusals = 3;
        await using var server = new LoopbackServer((_, token) =>
            Interlocked.Decrement(ref refusals) >= 0 ? Task.CompletedTask : Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token));

        var attempts = await ProbeTrial.WaitAsync(Probe.Tcp(), new ProbeTarget(server.Port));

        Assert.Equal([false, false, false, true], attempts.Select(each => each.Reason is null));
    }

    /// <summary>Notes for each timer whether the listener had a connection when it was set.</summary>
    private sealed class WatchingClock(Func<bool> isConnected) : TimeProvider
    {
        public List<(TimeSpan Due, bool WasConnected)> Timers { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Timers.Add((dueTime, isConnected()));
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
