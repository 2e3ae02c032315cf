using IntegrationKit.Diagnostics;
using IntegrationKit.Limits;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.Orchestration;

/// <summary>What failed starts have made and could not dispose of: tried again by each later stop, until it is gone.</summary>
internal sealed class Leftovers(ILogger logger, TestInfrastructureOptions options)
{
    private readonly Lock _gate = new();
    private readonly List<(string Service, IAsyncDisposable Resource)> _left = [];

    /// <summary>Disposes of what a start has made, within the time for a stop each. What cannot be disposed of is kept.</summary>
    public async Task DisposeAsync(string service, IReadOnlyList<IAsyncDisposable> made)
    {
        foreach (var resource in made)
        {
            if (await TryDisposeAsync(resource).ConfigureAwait(false) is { } error)
            {
                Log.CleanUpFailed(logger, service, error);
                lock (_gate)
                {
                    _left.Add((service, resource));
                }
            }
        }
    }

    /// <summary>Tries again, and returns what is still left.</summary>
    public async Task<IReadOnlyList<ServiceFailure>> RetryAsync()
    {
        (string Service, IAsyncDisposable Resource)[] left;
        lock (_gate)
        {
            left = [.. _left];
            _left.Clear();
        }

        var failures = new List<ServiceFailure>();
        foreach (var (service, resource) in left)
        {
            if (await TryDisposeAsync(resource).ConfigureAwait(false) is { } error)
            {
                failures.Add(new(service, error));
                lock (_gate)
                {
                    _left.Add((service, resource));
                }
            }
        }

        return failures;
    }

    private async Task<Exception?> TryDisposeAsync(IAsyncDisposable resource)
    {
        using var limit = new CancellationTokenSource(options.StopTimeout, options.TimeProvider);
        try
        {
            await Task.Run(() => resource.DisposeAsync().AsTask(), CancellationToken.None).WaitAsync(limit.Token).ConfigureAwait(false);
            return null;
        }
        catch (Exception e)
        {
            return e is OperationCanceledException ? new TimeoutException($"It could not be removed within {Text.Seconds(options.StopTimeout)}, the StopTimeout.", e) : e;
        }
    }
}
