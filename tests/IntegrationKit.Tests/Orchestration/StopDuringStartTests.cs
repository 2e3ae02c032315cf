using IntegrationKit.Tests.Orchestration.Support;

namespace IntegrationKit.Tests.Orchestration;

public sealed class StopDuringStartTests
{
    private readonly Journal _journal = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StopAllAsync_during_a_start_ends_it_and_stops_what_was_started()
    {
        var ready = new RecordingService(_journal);
        var slow = new RecordingService(_journal) { DependsOn = [ready], OnStart = (_, token) => Waiting.Forever(token) };
        await using var infra = new TestInfrastructure().Register("ready", ready).Register("slow", slow);

        var start = infra.StartAllAsync(Cancellation);
        await _journal.SeenAsync("start slow");
        await infra.StopAllAsync(Cancellation).Soon();

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start.Soon());
        Assert.Contains("stopped while it was starting", error.Message, StringComparison.Ordinal);
        Assert.Equal(["cancelled slow", "stop ready", "stopped ready"], _journal.Entries.TakeLast(3));
        Assert.Equal((ServiceState.Stopped, ServiceState.Stopped), (ready.State, slow.State));
    }

    [Fact]
    public async Task StopAllAsync_during_a_start_that_answers_a_cancellation_with_an_error_ends_it_as_cancelled()
    {
        var slow = new RecordingService(_journal)
        {
            OnStart = async (_, token) =>
            {
                await Waiting.Forever(token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw new IOException("the connection was torn down");
            },
        };
        await using var infra = new TestInfrastructure().Register("slow", slow);

        var start = infra.StartAllAsync(Cancellation);
        await _journal.SeenAsync("start slow");
        await infra.StopAllAsync(Cancellation).Soon();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start.Soon());
    }

    [Fact]
    public async Task StopAllAsync_during_several_starts_ends_them_all()
    {
        var slow = new RecordingService(_journal) { OnStart = (_, token) => Waiting.Forever(token) };
        await using var infra = new TestInfrastructure().Register("slow", slow);

        var starts = new Task[] { infra.StartAllAsync(Cancellation), infra.StartAllAsync(Cancellation), infra.StartAsync("slow", Cancellation) };
        await _journal.SeenAsync("start slow");
        await infra.StopAllAsync(Cancellation).Soon();

        foreach (var start in starts)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start.Soon());
        }

        Assert.Equal(1, _journal.Count("start slow"));
        Assert.Equal(ServiceState.Stopped, slow.State);
    }

    [Fact]
    public async Task StopAllAsync_during_a_start_leaves_the_infrastructure_usable()
    {
        var slow = new RecordingService(_journal) { OnStart = (_, token) => Waiting.Forever(token) };
        await using var infra = new TestInfrastructure().Register("slow", slow);
        var start = infra.StartAllAsync(Cancellation);
        await _journal.SeenAsync("start slow");
        await infra.StopAllAsync(Cancellation).Soon();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start.Soon());

        slow.OnStart = null;
        await infra.StartAllAsync(Cancellation).Soon();

        Assert.Equal(ServiceState.Running, slow.State);
    }

    [Fact]
    public async Task DisposeAsync_during_a_start_ends_it()
    {
        var slow = new RecordingService(_journal) { OnStart = (_, token) => Waiting.Forever(token) };
        var infra = new TestInfrastructure().Register("slow", slow);

        var start = infra.StartAllAsync(Cancellation);
        await _journal.SeenAsync("start slow");
        await infra.DisposeAsync().AsTask().Soon();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start.Soon());
        Assert.Equal(ServiceState.Stopped, slow.State);
    }

    [Fact]
    public async Task StopAllAsync_after_a_genuine_failure_does_not_hide_it()
    {
        var cleaned = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var failing = new RecordingService(_journal) { OnStart = (_, _) => throw new IOException("the disk is full") };
        var slowToGo = new RecordingService(_journal)
        {
            OnPrepare = async (_, token) =>
            {
                await Waiting.Forever(token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                _journal.Add("cleaning up");
                await cleaned.Task;
                token.ThrowIfCancellationRequested();
            },
        };
        await using var infra = new TestInfrastructure().Register("slow to go", slowToGo).Register("failing", failing);

        var start = infra.StartAllAsync(Cancellation);
        await _journal.SeenAsync("cleaning up");
        var stop = infra.StopAllAsync(Cancellation);
        cleaned.SetResult();
        await stop.Soon();

        Assert.Equal("failing", (await Assert.ThrowsAsync<ServiceStartException>(() => start.Soon())).ServiceName);
    }
}
