using IntegrationKit.Limits;
using IntegrationKit.Sharing;
using IntegrationKit.Tests.Launching.Support;
using IntegrationKit.Tests.Orchestration.Support;

namespace IntegrationKit.Tests.Sharing;

/// <summary>Shared servers whose start does not end as it should.</summary>
public sealed class SharedServerLimitTests : IAsyncLifetime
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(50);

    private readonly WatchedTime _time = new();
    private readonly FakeLauncher _launcher = new();
    private readonly Journal _journal = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _image = $"fake-{Guid.NewGuid():N}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TestInfrastructureOptions Options => new() { TimeProvider = _time, ShareServers = true, StopTimeout = StopLimit };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await SharedServers.StopAsync(CancellationToken.None);

    [Fact]
    public async Task Server_whose_only_user_was_cancelled_and_that_gets_ready_late_is_removed()
    {
        _launcher.OnStart = StartAsync;
        using var caller = new CancellationTokenSource();
        var start = Services().StartAsync(caller.Token);
        await _journal.SeenAsync("starts");
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start.Soon());

        // StopSharedServersAsync is called while the server still starts, and the start ignores that it is cancelled.
        var stop = SharedServers.StopAsync(Cancellation);
        await _time.PassAsync(BoundedCall.InnerGrace);
        await stop.Soon();
        var server = Assert.Single(_launcher.Servers);
        _time.Advance(StopLimit + TimeSpan.FromSeconds(1));
        _ready.SetResult();

        await server.Gone.Soon();
        Assert.False(server.Exists);
    }

    [Fact]
    public async Task Server_whose_only_user_was_cancelled_is_used_by_the_next_one()
    {
        _launcher.OnStart = StartAsync;
        using var caller = new CancellationTokenSource();
        var start = Services().StartAsync(caller.Token);
        await _journal.SeenAsync("starts");
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start.Soon());

        var next = Services();
        var nextStart = next.StartAsync(Cancellation);
        _ready.SetResult();
        await nextStart.Soon();

        Assert.True(Assert.Single(_launcher.Servers).Exists);
        await next.StopAsync().Soon();
        await SharedServers.StopAsync(Cancellation).Soon();
        Assert.False(_launcher.Servers[0].Exists);
    }

    [Fact]
    public async Task Server_that_ignores_its_limit_fails_its_users_and_is_replaced_for_the_next_one()
    {
        _launcher.OnStart = StartAsync;
        var start = Services().StartAsync(Cancellation);
        await _journal.SeenAsync("starts");
        _time.Advance(StartLimit);
        await _time.PassAsync(BoundedCall.InnerGrace);

        var error = await Assert.ThrowsAsync<ServiceStartException>(() => start.Soon());
        Assert.Contains("within 50 s, its StartTimeout", error.Message, StringComparison.Ordinal);
        _launcher.OnStart = null;
        var next = Services();
        await next.StartAsync(Cancellation).Soon();
        Assert.Equal(2, _launcher.Servers.Count);

        // It gets ready after all, when it was removed already.
        _ready.SetResult();
        await _launcher.Servers[0].Gone.Soon();
        Assert.True(_launcher.Servers[1].Exists);
        await next.StopAsync().Soon();
    }

    [Fact]
    public async Task Own_server_that_ignores_its_limit_fails_its_user_and_is_removed_when_it_gets_ready()
    {
        _launcher.OnStart = StartAsync;
        var services = new LaunchedServices(Options with { ShareServers = false }, _launcher, new SharableService(_image) { StartTimeout = StartLimit });
        var start = services.StartAsync(Cancellation);
        await _journal.SeenAsync("starts");
        _time.Advance(StartLimit);
        await _time.PassAsync(BoundedCall.InnerGrace);

        Assert.Contains("within 50 s, its StartTimeout", (await Assert.ThrowsAsync<ServiceStartException>(() => start.Soon())).Message, StringComparison.Ordinal);
        var server = Assert.Single(_launcher.Servers);
        Assert.Equal(1, server.Stops);
        _ready.SetResult();

        await server.Gone.Soon();
        Assert.False(server.Exists);
        await services.StopAsync().Soon();
    }

    [Fact]
    public async Task Server_that_could_not_be_removed_is_said_and_removed_by_the_next_end_of_the_run()
    {
        var services = Services();
        await services.StartAsync(Cancellation).Soon();
        await services.StopAsync().Soon();
        var server = Assert.Single(_launcher.Servers);
        server.OnStop = () => throw new EngineException("remove container", System.Net.HttpStatusCode.InternalServerError, "the disk is full");

        var error = await Assert.ThrowsAsync<ServiceOperationException>(() => SharedServers.StopAsync(Cancellation).Soon());
        Assert.Contains("the disk is full", error.Message, StringComparison.Ordinal);
        Assert.True(server.Exists);
        server.OnStop = null;
        await SharedServers.StopAsync(Cancellation).Soon();

        Assert.False(server.Exists);
    }

    private LaunchedServices Services() => new(Options, _launcher, new SharableService(_image) { StartTimeout = StartLimit });

    /// <summary>A start that ignores its token.</summary>
    private Task StartAsync(IntegrationKit.Launching.LaunchContext context)
    {
        _journal.Add("starts");
        return _ready.Task;
    }
}
