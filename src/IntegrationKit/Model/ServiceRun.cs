using System.Collections.Concurrent;
using IntegrationKit.Limits;

namespace IntegrationKit;

/// <summary>
/// One start of a service that has succeeded: everything that exists only while the service is up. Disposing it is the stop.
/// Derive from it together with <see cref="TestService"/>.
/// </summary>
public abstract class ServiceRun : IAsyncDisposable
{
    /// <summary>What a reset without anything to do returns.</summary>
    internal static readonly Task NothingToReset = Task.FromResult(new object());

    private static readonly ConcurrentDictionary<Type, bool> Capturing = new();

    private readonly Lock _gate = new();
    private Task? _stop;

    /// <summary>
    /// Whether anything of it was handed out, so that its state may have changed. If that is not known, it counts as touched.
    /// </summary>
    internal virtual bool IsTouched => true;

    /// <summary>Whether its type captures a baseline: among thousands of services, few do.</summary>
    internal bool CapturesBaseline => Capturing.GetOrAdd(
        GetType(), static (_, run) => ((Func<CancellationToken, Task>)run.CaptureBaselineAsync).Method.DeclaringType != typeof(ServiceRun), this);

    /// <summary>Why it can no longer be used although nobody has stopped it, as a sentence; null if it can. Default: null.</summary>
    public virtual Task<string?> FindEndAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>Reads what its server has logged, as far as it concerns this service. Default: nothing.</summary>
    public virtual IAsyncEnumerable<LogLine> ReadLogAsync(LogQuery query, CancellationToken cancellationToken) => AsyncEnumerable.Empty<LogLine>();

    /// <summary>Brings the state back to the baseline: the state after the start, or at the last capture. Default: does nothing.</summary>
    public virtual Task ResetAsync(CancellationToken cancellationToken) => NothingToReset;

    /// <summary>Makes the current state the baseline. Default: does nothing.</summary>
    public virtual Task CaptureBaselineAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// What differs from the baseline at this moment. It changes nothing: the next reset still brings all of it back. Called only if
    /// a test asks who leaves something behind. Default: nothing.
    /// </summary>
    public virtual Task<IReadOnlyList<Leftover>> FindLeftoversAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Leftover>>([]);

    /// <summary>Stops it. If it throws, it is called again by the next stop. Never called twice at the same time.</summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>Notes that something of it is handed out.</summary>
    internal virtual void Touch()
    {
    }

    /// <summary>Disposes it on the thread pool; waits for a disposal that is still running.</summary>
    internal Task StopAsync()
    {
        lock (_gate)
        {
            return _stop is { IsFaulted: false, IsCanceled: false } ? _stop : _stop = Task.Run(async () => await DisposeAsync().ConfigureAwait(false)).Observed();
        }
    }
}
