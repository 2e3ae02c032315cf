using Microsoft.Extensions.Logging;

namespace IntegrationKit.Launching.Containers;

/// <summary>One infrastructure's use of a network on which its containers reach each other: leased at the first need, returned once.</summary>
internal sealed class NetworkMembership(ILogger logger, TimeProvider timeProvider)
{
    // The create is not cancelled while its request is under way, since the engine may carry it out anyway.
    private static readonly TimeSpan CreateLimit = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private NetworkPool? _pool;
    private NetworkLease? _lease;

    public async Task<NetworkLease> LeaseAsync(EngineSession session, IReadOnlyCollection<string> aliases, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _pool = session.Networks;
            return _lease ??= await new NetworkWait(session.Engine, logger, timeProvider).RunAsync(() => TryLeaseAsync(session.Networks, aliases), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<NetworkLease> TryLeaseAsync(NetworkPool pool, IReadOnlyCollection<string> aliases)
    {
        using var limit = new CancellationTokenSource(CreateLimit, timeProvider);
        return await pool.LeaseAsync(aliases, limit.Token).ConfigureAwait(false);
    }

    /// <summary>If it throws, the lease is kept, and the next call tries again.</summary>
    public async Task ReturnAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_pool is { } pool)
            {
                await pool.ReturnAsync(_lease, cancellationToken).ConfigureAwait(false);
                (_pool, _lease) = (null, null);
            }
        }
        finally
        {
            _gate.Release();
        }
    }
}
