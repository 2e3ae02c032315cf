using IntegrationKit.Limits;

namespace IntegrationKit.Tests.Orchestration.Support;

/// <summary>Infrastructures of services whose code hangs, whatever it is told, until the test has ended.</summary>
public abstract class HangingCode : IAsyncDisposable
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _unblocked = new();
    private readonly List<TestInfrastructure> _infrastructures = [];

    /// <summary>Of a reset and of a stop; that of a start is 2 minutes.</summary>
    protected static TimeSpan Limit { get; } = TimeSpan.FromSeconds(9);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected Journal Journal { get; } = new();

    private protected WatchedTime Time { get; } = new();

    private protected RecordingLog Log { get; } = new();

    /// <summary>Completes when the code no longer hangs.</summary>
    protected Task End => _end.Task;

    public async ValueTask DisposeAsync()
    {
        GoOn();
        foreach (var infra in _infrastructures)
        {
            await Record.ExceptionAsync(() => infra.DisposeAsync().AsTask().Soon());
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Lets what hangs go on.</summary>
    protected void GoOn()
    {
        _unblocked.Set();
        _end.TrySetResult();
    }

    protected TestInfrastructure Infrastructure(TimeSpan? startTimeout = null)
    {
        var infra = new TestInfrastructure(new()
        {
            TimeProvider = Time,
            StartTimeout = startTimeout ?? TimeSpan.FromMinutes(2),
            ResetTimeout = Limit,
            StopTimeout = Limit,
            LoggerFactory = Log,
        });
        _infrastructures.Add(infra);
        return infra;
    }

    /// <summary>Ignores every token, or blocks its thread.</summary>
    protected async Task HangAsync(bool blocks)
    {
        Journal.Add("hangs");
        if (blocks)
        {
            _unblocked.Wait(CancellationToken.None);
        }
        else
        {
            await _end.Task;
        }
    }

    /// <summary>Lets the limit of a service's start pass, and what comes after it.</summary>
    private protected async Task PassLimitAsync()
    {
        Time.Advance(Limit);
        await Time.PassAsync(BoundedCall.Grace);
    }
}

/// <summary>Something that a start has made.</summary>
internal sealed class Made(Journal journal, string name, Func<Task>? onDispose = null) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        journal.Add($"dispose {name}");
        await (onDispose?.Invoke() ?? Task.CompletedTask);
    }
}
