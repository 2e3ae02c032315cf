using System.Collections.Concurrent;
using IntegrationKit.Tests.Orchestration.Support;

namespace IntegrationKit.Tests.Orchestration;

/// <summary>An error that comes when nobody waits for it any more is not left for the process to find.</summary>
public sealed class UnobservedErrorTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(9);

    private readonly string _mark = $"late {Guid.NewGuid():N}";
    private readonly Journal _journal = new();
    private readonly WatchedTime _time = new();
    private readonly TaskCompletionSource _late = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentBag<string> _unobserved = [];

    public UnobservedErrorTests() => TaskScheduler.UnobservedTaskException += Note;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => TaskScheduler.UnobservedTaskException -= Note;

    [Fact]
    public void Error_that_nobody_looks_at_is_found_by_these_tests()
    {
        FailUnobserved();
        CollectGarbage();

        Assert.NotEmpty(_unobserved);

        void FailUnobserved()
        {
            IAsyncResult failing = Task.Run(() => throw new IOException(_mark), CancellationToken.None);
            Assert.True(failing.AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(10)));
        }
    }

    [Fact]
    public async Task Error_of_a_reset_that_took_too_long_is_observed()
    {
        await ResetTooLongAsync();
        await Task.Run(CollectGarbage, Cancellation);

        Assert.Empty(_unobserved);
    }

    [Fact]
    public async Task Error_of_a_stop_that_took_too_long_is_observed()
    {
        await StopTooLongAsync();
        await Task.Run(CollectGarbage, Cancellation);

        Assert.Empty(_unobserved);
    }

    private async Task ResetTooLongAsync()
    {
        await using var infra = Infrastructure(new ResettableService(_journal) { OnReset = _ => _late.Task });
        await infra.StartAllAsync(Cancellation);
        var reset = infra.ResetAllAsync(Cancellation);
        await _journal.SeenAsync("reset late");
        _time.Advance(Limit);
        await Assert.ThrowsAsync<ServiceOperationException>(() => reset.Soon());
        await FailAsync();
    }

    private async Task StopTooLongAsync()
    {
        var infra = Infrastructure(new RecordingService(_journal) { OnStop = () => _late.Task });
        await infra.StartAllAsync(Cancellation);
        var stop = infra.StopAllAsync(Cancellation);
        await _journal.SeenAsync("stop late");
        _time.Advance(Limit);
        await Assert.ThrowsAsync<ServiceOperationException>(() => stop.Soon());
        await FailAsync();
    }

    private TestInfrastructure Infrastructure(TestService service) =>
        new TestInfrastructure(new() { TimeProvider = _time, ResetTimeout = Limit, StopTimeout = Limit }).Register("late", service);

    /// <summary>Fails what hangs.</summary>
    private async Task FailAsync()
    {
        _late.SetException(new IOException(_mark));
        await _late.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
    }

    private void Note(object? sender, UnobservedTaskExceptionEventArgs unobserved)
    {
        if (unobserved.Exception.ToString().Contains(_mark, StringComparison.Ordinal))
        {
            _unobserved.Add(unobserved.Exception.ToString());
        }
    }

    /// <summary>To be run apart: a method that awaits keeps what it has awaited.</summary>
    private static void CollectGarbage()
    {
        // Often, since the tasks around the one that has failed fail a moment after it.
        for (var i = 0; i < 30; i++)
        {
            Thread.Yield();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
