using IntegrationKit.Tests.Orchestration.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace IntegrationKit.Tests.Orchestration;

public sealed class ProgressTests
{
    private const int Waits = 1;
    private const int IsReady = 5;
    private const int IsReset = 6;
    private const int Stops = 7;
    private const int IsStopped = 8;
    private const int HasFailed = 9;

    private readonly Journal _journal = new();
    private readonly RecordingLog _log = new();
    private readonly RecordingProgress _progress = new();
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whole_life_of_a_service_is_reported_and_logged()
    {
        var database = new RecordingService(_journal) { Gate = new(TaskCreationOptions.RunContinuationsAsynchronously) };
        var api = new ResettableService(_journal) { DependsOn = [database] };
        await using var infra = Infrastructure().Register("db", database).Register("api", api);

        var start = infra.StartAllAsync(Cancellation);
        Assert.True(SpinWait.SpinUntil(() => _progress.StagesOf("api").Any(), TimeSpan.FromSeconds(10)));
        database.Gate!.SetResult();
        await start;
        await infra.ResetAllAsync(Cancellation);
        await infra.StopAllAsync(Cancellation);

        Assert.Equal([Waits, IsReady, IsReset, Stops, IsStopped], _log.IdsOf("api"));
        Assert.Equal([IsReady, Stops, IsStopped], _log.IdsOf("db"));
        Assert.Equal(
            [ServiceStage.Waiting, ServiceStage.Ready, ServiceStage.Reset, ServiceStage.Stopping, ServiceStage.Stopped],
            _progress.StagesOf("api"));
        Assert.Equal("db", _progress.Reports.Single(each => each.Stage == ServiceStage.Waiting).Detail);
    }

    [Fact]
    public async Task Ready_report_says_how_long_the_start_took()
    {
        var service = new RecordingService(_journal) { Gate = new(TaskCreationOptions.RunContinuationsAsynchronously) };
        await using var infra = Infrastructure().Register("a", service);

        var start = infra.StartAllAsync(Cancellation);
        await _journal.SeenAsync("start a");
        _time.Advance(TimeSpan.FromSeconds(2));
        service.Gate!.SetResult();
        await start.Soon();

        Assert.Equal(TimeSpan.FromSeconds(2), _progress.Reports.Single(each => each.Stage == ServiceStage.Ready).Elapsed);
        Assert.Contains(_log.Entries, each => each == (IsReady, LogLevel.Information, "a is ready in 2000 ms"));
    }

    [Fact]
    public async Task Failed_start_is_an_error_in_the_log_in_one_line()
    {
        await using var infra = Infrastructure().Register("a", new RecordingService(_journal) { OnStart = (_, _) => throw new IOException("no disk\nand more") });

        await Assert.ThrowsAsync<ServiceStartException>(() => infra.StartAllAsync(Cancellation));

        Assert.Contains(_log.Entries, each => each == (HasFailed, LogLevel.Error, "a failed after 0 ms: no disk"));
        Assert.Equal("no disk", _progress.Reports.Single(each => each.Stage == ServiceStage.Failed).Detail);
    }

    [Fact]
    public async Task Service_that_was_only_let_go_is_not_reported_as_failed()
    {
        var slow = new RecordingService(_journal) { OnStart = (_, token) => Waiting.Forever(token) };
        var failing = new RecordingService(_journal)
        {
            OnStart = async (_, _) =>
            {
                await _journal.SeenAsync("start slow");
                throw new IOException("no");
            },
        };
        await using var infra = Infrastructure().Register("slow", slow).Register("failing", failing);

        await Assert.ThrowsAsync<ServiceStartException>(() => infra.StartAllAsync(Cancellation).Soon());

        Assert.Empty(_log.IdsOf("slow"));
        Assert.Equal([HasFailed], _log.IdsOf("failing"));
    }

    [Fact]
    public async Task Failed_stop_and_failed_reset_are_logged()
    {
        var service = new ResettableService(_journal) { OnStop = () => throw new IOException("stays"), OnReset = _ => throw new IOException("dirty") };
        await using var infra = Infrastructure().Register("a", service);
        await infra.StartAllAsync(Cancellation);

        await Assert.ThrowsAsync<ServiceOperationException>(() => infra.ResetAllAsync(Cancellation));
        await Assert.ThrowsAsync<ServiceOperationException>(() => infra.StopAllAsync(Cancellation));

        Assert.Equal([IsReady, HasFailed, Stops, HasFailed], _log.IdsOf("a"));
        Assert.Equal(["dirty", "stays"], _progress.Reports.Where(each => each.Stage == ServiceStage.Failed).Select(each => each.Detail));
        service.OnStop = null;
    }

    [Fact]
    public async Task Observer_that_throws_breaks_nothing()
    {
        var (a, b) = (new ResettableService(_journal), new ResettableService(_journal));
        await using var infra = new TestInfrastructure(new() { Progress = new Broken(), LoggerFactory = new BrokenLog() })
            .Register("a", a).Register("b", b);

        await infra.StartAllAsync(Cancellation).Soon();
        await infra.ResetAllAsync(Cancellation).Soon();
        await infra.StopAllAsync(Cancellation).Soon();

        Assert.Equal((ServiceState.Stopped, ServiceState.Stopped), (a.State, b.State));
    }

    [Fact]
    public async Task Secret_in_an_error_is_shown_nowhere()
    {
        var first = new RecordingService(_journal)
        {
            OnStart = async (context, _) =>
            {
                await _journal.SeenAsync("start second");
                context.AddSecret("hunter2");
                throw new IOException("login with hunter2 was refused");
            },
        };
        var second = new RecordingService(_journal)
        {
            OnStart = async (context, token) =>
            {
                context.AddSecret("tr0ub4dor");
                await Waiting.Forever(token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw new IOException("login with tr0ub4dor was refused");
            },
        };
        await using var infra = Infrastructure().Register("first", first).Register("second", second);

        var error = await Assert.ThrowsAsync<ServiceStartException>(() => infra.StartAllAsync(Cancellation).Soon());

        var shown = string.Join('\n', [error.Message, .. error.OtherServices.Values, .. _log.Entries.Select(e => e.Message), .. _progress.Reports.Select(r => r.Detail)]);
        Assert.Contains("login with *** was refused", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("tr0ub4dor", shown, StringComparison.Ordinal);
    }

    private TestInfrastructure Infrastructure() => new(new() { LoggerFactory = _log, Progress = _progress, TimeProvider = _time });

    /// <summary>As an output helper that is written to after its test has ended.</summary>
    private sealed class Broken : IProgress<ServiceProgress>
    {
        public void Report(ServiceProgress value) => throw new InvalidOperationException("There is no currently active test.");
    }

    private sealed class BrokenLog : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new InvalidOperationException("There is no currently active test.");

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
