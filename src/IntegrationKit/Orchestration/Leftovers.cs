using IntegrationKit.Diagnostics;
using IntegrationKit.Limits;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.Orchestration;

/// <summary>What failed starts have made and could not dispose of: tried again by each later stop, until it is gone.</summary>
internal sealed class Leftovers(ILogger logger, TestInfrastructureOptions options)
{
    private readonly Lock _gate = new();
    private readonly List<Leftover> _left = [];

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _left.Count == 0;
            }
        }
    }

    /// <summary>Disposes of what a start has made, each within the time of a stop. What cannot be disposed of is kept.</summary>
    public async Task DisposeAsync(string service, IReadOnlyList<IAsyncDisposable> made)
    {
        foreach (var resource in made)
        {
            var leftover = new Leftover(service, resource);
            if (await TryDisposeAsync(leftover).ConfigureAwait(false) is { } error)
            {
                Keep(leftover);
                Log.CleanUpFailed(logger, service, error);
            }
        }
    }

    /// <summary>Tries again, and returns what is still left.</summary>
    public async Task<IReadOnlyList<ServiceFailure>> RetryAsync()
    {
        Leftover[] left;
        lock (_gate)
        {
            left = [.. _left];
            _left.Clear();
        }

        var failures = await Task.WhenAll(left.GroupBy(each => each.Service).Select(RetryAsync)).ConfigureAwait(false);
        return [.. failures.SelectMany(each => each)];
    }

    private async Task<List<ServiceFailure>> RetryAsync(IEnumerable<Leftover> ofOneService)
    {
        var failures = new List<ServiceFailure>();
        foreach (var leftover in ofOneService)
        {
            if (await TryDisposeAsync(leftover).ConfigureAwait(false) is { } error)
            {
                failures.Add(new(leftover.Service, error));
                Keep(leftover);
            }
        }

        return failures;
    }

    private void Keep(Leftover leftover)
    {
        lock (_gate)
        {
            _left.Add(leftover);
        }
    }

    private async Task<Exception?> TryDisposeAsync(Leftover leftover)
    {
        using var limit = new CancellationTokenSource(options.StopTimeout, options.TimeProvider);
        try
        {
            await leftover.DisposeAsync().WaitAsync(limit.Token).ConfigureAwait(false);
            return null;
        }
        catch (Exception e)
        {
            return e is OperationCanceledException && limit.IsCancellationRequested
                ? new TimeoutException($"It could not be removed within {Text.Seconds(options.StopTimeout)}, the StopTimeout.", e)
                : e;
        }
    }

    private sealed class Leftover(string service, IAsyncDisposable resource)
    {
        private Task? _disposal;

        public string Service => service;

        /// <summary>Disposes of it on the thread pool; waits for a disposal that is still running, and tries again after one that failed.</summary>
        public Task DisposeAsync() => _disposal is { IsFaulted: false, IsCanceled: false }
            ? _disposal
            : _disposal = Task.Run(() => resource.DisposeAsync().AsTask(), CancellationToken.None).Observed();
    }
}
