using IntegrationKit.Engine;
using IntegrationKit.Ownership;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace IntegrationKit.Tests.Ownership;

public sealed class WatchdogClientTests
{
    private const string Filter = "org.integrationkit.session=unit";

    private static readonly EngineEndpoint Endpoint = new(new Uri("unix:///nowhere.sock"), "test");

    private readonly WatchdogLogger _logger = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("off", true)]
    [InlineData("OFF ", true)]
    [InlineData("0", true)]
    [InlineData("False", true)]
    [InlineData("on", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Variable_turns_it_off(string? value, bool isOff) => Assert.Equal(isOff, WatchdogClient.IsTurnedOff(value));

    [Fact]
    public async Task Turned_off_it_is_ready_at_once_and_starts_nothing()
    {
        await using var client = WatchdogClient.Start(Filter, _logger, isEnabled: false);
        client.Watch(Endpoint);

        await client.ReadyAsync(Cancellation);

        Assert.Null(client.ProcessId);
        Assert.Empty(_logger.Entries);
    }

    [Fact]
    public async Task Watchdog_answers_and_ends_when_it_is_told_to()
    {
        var client = WatchdogClient.Start(Filter, _logger, isEnabled: true);
        client.Watch(Endpoint);
        await client.ReadyAsync(Cancellation);
        await client.StopAsync();
        await client.StopAsync();

        Assert.NotNull(client.ProcessId);
        Assert.Equal([22], _logger.Entries.Select(entry => entry.Id));
    }

    [Fact]
    public async Task Missing_host_is_logged_once_and_throws_nothing()
    {
        await using var client = Start(() => throw new FileNotFoundException("no dotnet host"));

        await client.ReadyAsync(Cancellation);
        await client.ReadyAsync(Cancellation);

        var warning = Assert.Single(_logger.Entries);
        Assert.Equal((LogLevel.Warning, 20), (warning.Level, warning.Id));
        Assert.Contains("no dotnet host", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_that_cannot_be_started_is_logged_once()
    {
        await using var client = Start(() => new("/no/such/program", []));

        await client.ReadyAsync(Cancellation);

        Assert.Equal([20], _logger.Entries.Select(entry => entry.Id));
    }

    [Fact]
    public async Task Program_that_ends_at_once_is_logged_once()
    {
        await using var client = Start(Shell("exit 1"));

        await client.ReadyAsync(Cancellation);

        Assert.Equal([20], _logger.Entries.Select(entry => entry.Id));
    }

    [Fact]
    public async Task Program_that_does_not_answer_is_waited_for_ten_seconds()
    {
        var time = new FakeTimeProvider();
        await using var client = Start(Shell("cat > /dev/null"), time);
        var ready = client.ReadyAsync(Cancellation);
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(ready.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(1));
        await ready;

        Assert.Contains("10 s", Assert.Single(_logger.Entries).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Caller_can_stop_waiting()
    {
        using var cancellation = new CancellationTokenSource();
        await using var client = Start(Shell("cat > /dev/null"));
        var ready = client.ReadyAsync(cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ready);
        Assert.Empty(_logger.Entries);
    }

    [Fact]
    public async Task Early_end_is_logged()
    {
        await using var client = Start(Shell("echo ready 1; read -r line"));

        await client.ReadyAsync(Cancellation);

        await _logger.Ended.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
    }

    private static Func<WatchdogCommand> Shell(string script) => () => new("/bin/sh", ["-c", script]);

    private WatchdogClient Start(Func<WatchdogCommand> findCommand, TimeProvider? time = null)
    {
        var client = WatchdogClient.Start(Filter, _logger, time ?? TimeProvider.System, findCommand);
        client.Watch(Endpoint);
        return client;
    }
}
