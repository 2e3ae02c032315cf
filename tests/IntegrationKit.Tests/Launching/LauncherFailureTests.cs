using System.Net;
using IntegrationKit.Tests.Launching.Support;
using IntegrationKit.Tests.Orchestration.Support;

namespace IntegrationKit.Tests.Launching;

/// <summary>What a launcher cannot give back, or cannot tell, is said and tried again.</summary>
public sealed class LauncherFailureTests
{
    private readonly FakeLauncher _launcher = new();
    private readonly RecordingLog _log = new();
    private readonly Journal _journal = new();
    private int _refusals;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static EngineException Refusal => new("remove network integrationkit-network-1", HttpStatusCode.InternalServerError, "it is in use");

    [Fact]
    public async Task Network_that_cannot_be_given_back_is_said_by_each_stop_until_it_is()
    {
        var services = Services(new RecordingService(_journal));
        await services.StartAsync(Cancellation);
        RefuseToClose(times: 2);

        for (var i = 0; i < 2; i++)
        {
            var error = await Assert.ThrowsAsync<ServiceOperationException>(services.StopAsync);
            Assert.Contains("it is in use", error.Message, StringComparison.Ordinal);
            Assert.Equal("the network", Assert.Single(error.Failures).Service);
        }

        await services.StopAsync();
    }

    [Fact]
    public async Task Network_that_a_failed_start_cannot_give_back_is_logged_and_given_back_by_the_next_stop()
    {
        RefuseToClose(times: 0);
        var services = Services(new RecordingService(_journal)
        {
            OnStart = (_, _) =>
            {
                _refusals = 2;
                throw new IOException("the disk is full");
            },
        });

        Assert.IsType<IOException>((await Assert.ThrowsAsync<ServiceStartException>(() => services.StartAsync(Cancellation))).Cause);
        Assert.Contains(_log.Entries, each => each.Id == 10 && each.Message.StartsWith("the network", StringComparison.Ordinal));
        await Assert.ThrowsAsync<ServiceOperationException>(services.StopAsync);
        await services.StopAsync();
    }

    [Fact]
    public async Task Server_that_a_failed_start_cannot_remove_is_logged_and_removed_by_the_next_stop()
    {
        var services = Services(new SharableService("fake")
        {
            OnTake = () =>
            {
                _launcher.Servers[0].OnStop = () => throw Refusal;
                throw new IOException("no room for a slice");
            },
        });

        Assert.IsType<IOException>((await Assert.ThrowsAsync<ServiceStartException>(() => services.StartAsync(Cancellation))).Cause);
        Assert.Contains(_log.Entries, each => each.Id == 10 && each.Message.StartsWith("service0", StringComparison.Ordinal));
        Assert.Equal("service0", Assert.Single((await Assert.ThrowsAsync<ServiceOperationException>(services.StopAsync)).Failures).Service);
        Assert.True(_launcher.Servers[0].Exists);
        _launcher.Servers[0].OnStop = null;
        await services.StopAsync();

        Assert.False(_launcher.Servers[0].Exists);
    }

    [Fact]
    public async Task Check_of_a_server_whose_engine_is_gone_says_which_service_it_is()
    {
        var services = Services(new SharableService("fake"), new SharableService("fake"));
        await services.StartAsync(Cancellation);
        _launcher.Servers[1].FindEndError = new EngineException("inspect container fake", status: null, "the engine stopped answering");

        var error = await Assert.ThrowsAsync<ServiceOperationException>(() => CheckAsync(services));

        var failure = Assert.Single(error.Failures);
        Assert.Equal(_launcher.Servers[1].Name, failure.Service);
        Assert.IsType<EngineException>(failure.Error);
        await services.StopAsync();
    }

    private static Task CheckAsync(LaunchedServices services) => services.Lifecycle.CheckAsync(services.Services, Cancellation);

    private LaunchedServices Services(params TestService[] services) => new(new() { LoggerFactory = _log }, _launcher, services);

    private void RefuseToClose(int times)
    {
        _refusals = times;
        _launcher.OnClose = _ => _refusals-- > 0 ? Task.FromException(Refusal) : Task.CompletedTask;
    }
}
