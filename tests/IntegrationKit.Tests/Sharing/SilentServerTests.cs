using IntegrationKit.Limits;
using IntegrationKit.Sharing;
using IntegrationKit.Tests.Launching.Support;
using IntegrationKit.Tests.Orchestration.Support;

namespace IntegrationKit.Tests.Sharing;

/// <summary>Servers that run and give no answer.</summary>
public sealed class SilentServerTests : IAsyncLifetime
{
    private const string Silence = "It runs but does not answer.";
    private const int SilentId = 15;

    // How long a step may take until the server is asked.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly WatchedTime _time = new();
    private readonly FakeLauncher _launcher = new();
    private readonly RecordingLog _log = new();
    private readonly Journal _journal = new();
    private readonly string _image = $"fake-{Guid.NewGuid():N}";
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _end.TrySetResult();
        await SharedServers.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Server_that_hangs_is_replaced_for_the_next_user_and_the_stop_of_its_last_user_removes_it()
    {
        var first = Services(new SharableService(_image) { OnLeave = () => _end.Task });
        await first.StartAsync(Cancellation).Soon();
        var hung = Assert.Single(_launcher.Servers);
        hung.Silence = Silence;

        var waits = _time.Count(Patience);
        var second = Services(new SharableService(_image) { OnTake = () => _journal.Count("takes") == 0 ? HangAsync("takes") : Task.CompletedTask });
        var start = second.StartAsync(Cancellation);
        await _journal.SeenAsync("takes");
        await _time.PassAsync(Patience, waits + 1);
        await _time.PassAsync(BoundedCall.InnerGrace);
        await start.Soon();

        Assert.Equal(2, _launcher.Servers.Count);
        Assert.Contains(_log.Entries, each => each.Id == SilentId && each.Message.Contains("gets no further users", StringComparison.Ordinal));
        Assert.True(hung.Exists);
        await first.StopAsync().Soon();
        Assert.False(hung.Exists);
        Assert.True(_launcher.Servers[1].Exists);
        await second.StopAsync().Soon();
    }

    [Fact]
    public async Task Server_that_hangs_and_that_nobody_else_uses_is_removed_by_the_start_that_finds_it()
    {
        var first = Services(new SharableService(_image));
        await first.StartAsync(Cancellation).Soon();
        await first.StopAsync().Soon();
        _launcher.Servers[0].Silence = Silence;

        var waits = _time.Count(Patience);
        var second = Services(new SharableService(_image) { OnTake = () => _journal.Count("takes") == 0 ? HangAsync("takes") : Task.CompletedTask });
        var start = second.StartAsync(Cancellation);
        await _journal.SeenAsync("takes");
        await _time.PassAsync(Patience, waits + 1);
        await _time.PassAsync(BoundedCall.InnerGrace);
        await start.Soon();

        Assert.Equal([false, true], _launcher.Servers.Select(each => each.Exists));
        await second.StopAsync().Soon();
    }

    [Fact]
    public async Task Server_that_answers_is_waited_for_however_long_its_slice_takes()
    {
        var waits = _time.Count(Patience);
        var services = Services(new SharableService(_image) { OnTake = () => HangAsync("takes") });
        var start = services.StartAsync(Cancellation);
        await _journal.SeenAsync("takes");
        await _time.PassAsync(Patience, waits + 1);
        await _time.PassAsync(Patience, waits + 2);
        await _time.AwaitedAsync(Patience, waits + 3);

        _end.SetResult();
        await start.Soon();

        Assert.Equal(2, Assert.Single(_launcher.Servers).Questions);
        await services.StopAsync().Soon();
    }

    [Fact]
    public async Task Stop_of_a_slice_whose_server_hangs_is_no_failure()
    {
        var services = Services(new SharableService(_image) { OnLeave = () => HangAsync("leaves") });
        await services.StartAsync(Cancellation).Soon();
        var server = Assert.Single(_launcher.Servers);
        server.Silence = Silence;

        var waits = _time.Count(Patience);
        var stop = services.StopAsync();
        await _journal.SeenAsync("leaves");
        await _time.PassAsync(Patience, waits + 1);
        await _time.PassAsync(BoundedCall.Grace);
        await stop.Soon();

        Assert.False(server.Exists);
        Assert.Contains(_log.Entries, each => each.Id == SilentId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Check_says_that_a_server_runs_but_does_not_answer_and_asks_at_most_once_a_second(bool shares)
    {
        var services = Services(new SharableService(_image), shares);
        await services.StartAsync(Cancellation).Soon();
        var server = Assert.Single(_launcher.Servers);

        await services.Lifecycle.CheckAsync(services.Services, Cancellation).Soon();
        await services.Lifecycle.CheckAsync(services.Services, Cancellation).Soon();
        Assert.Equal(1, server.Questions);
        server.Silence = Silence;
        _time.Advance(TimeSpan.FromSeconds(1));

        var error = await Assert.ThrowsAsync<ServiceOperationException>(() => services.Lifecycle.CheckAsync(services.Services, Cancellation).Soon());
        Assert.Contains(Silence, error.Message, StringComparison.Ordinal);
        await services.StopAsync().Soon();
        await services.StartAsync(Cancellation).Soon();
        Assert.Equal([false, true], _launcher.Servers.Select(each => each.Exists));
        await services.StopAsync().Soon();
    }

    [Fact]
    public async Task Reset_of_a_server_that_begins_to_hang_says_so_before_its_limit()
    {
        var service = new SharableService(_image) { OnReset = () => HangAsync("resets") };
        var services = Services(service);
        await services.StartAsync(Cancellation).Soon();
        service.Use();
        await services.Lifecycle.CheckAsync(services.Services, Cancellation).Soon();

        var waits = _time.Count(Patience);
        var reset = services.Lifecycle.ResetAsync(Cancellation);
        await _journal.SeenAsync("resets");
        _launcher.Servers[0].Silence = Silence;
        await _time.PassAsync(Patience, waits + 1);
        await _time.PassAsync(BoundedCall.Grace);

        Assert.Contains(Silence, (await Assert.ThrowsAsync<ServiceOperationException>(() => reset.Soon())).Message, StringComparison.Ordinal);
        await services.StopAsync().Soon();
    }

    private Task HangAsync(string what)
    {
        _journal.Add(what);
        return _end.Task;
    }

    private LaunchedServices Services(SharableService service, bool shares = true) =>
        new(new() { TimeProvider = _time, ShareServers = shares, LoggerFactory = _log }, _launcher, service);
}
