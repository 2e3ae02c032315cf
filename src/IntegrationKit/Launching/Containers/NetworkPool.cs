using IntegrationKit.Engine;
using IntegrationKit.Ownership;

namespace IntegrationKit.Launching.Containers;

/// <summary>
/// The networks on which containers reach each other. One serves the whole process, since an engine has room for about
/// 29; a further one is made only if two infrastructures want the same alias. A network is removed after its last user; one that
/// could not be removed stays here, to be used or removed later.
/// </summary>
internal sealed class NetworkPool(IContainerEngine engine, SessionGuard guard, TimeProvider timeProvider)
{
    private static readonly TimeSpan CleanUpLimit = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly List<Network> _networks = [];

    /// <summary>Lends a network on which none of the aliases is in use.</summary>
    public async Task<NetworkLease> LeaseAsync(IReadOnlyCollection<string> aliases, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var network = _networks.Find(each => !each.IsUnanswered && !each.Aliases.Overlaps(aliases));
            if (network is null)
            {
                await guard.ReadyAsync(cancellationToken).ConfigureAwait(false);
                network = await CreateAsync(cancellationToken).ConfigureAwait(false);
                _networks.Add(network);
            }

            network.Users++;
            network.Aliases.UnionWith(aliases);
            return new(this, network, aliases);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Connects a container that outlives the network.</summary>
    public async Task ConnectAsync(Network network, string container, CancellationToken cancellationToken)
    {
        await network.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!network.Guests.Contains(container))
            {
                await engine.Networks.ConnectAsync(network.Name, container, [], cancellationToken).ConfigureAwait(false);
                network.Guests.Add(container);
            }
        }
        finally
        {
            network.Gate.Release();
        }
    }

    /// <summary>Ends one use. If a network that nobody uses cannot be removed, this throws, and the next call tries again.</summary>
    /// <param name="lease">The use; null if the network could not be made.</param>
    /// <param name="cancellationToken">Ends the removal.</param>
    public async Task ReturnAsync(NetworkLease? lease, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (lease?.TryEnd() is true)
            {
                lease.Network.Aliases.ExceptWith(lease.Aliases);
                lease.Network.Users--;
            }

            foreach (var unused in _networks.Where(each => each.Users == 0).ToArray())
            {
                await RemoveAsync(unused, cancellationToken).ConfigureAwait(false);
                _networks.Remove(unused);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<Network> CreateAsync(CancellationToken cancellationToken)
    {
        var network = new Network(ResourceNames.For("network"));
        var labels = ResourceLabels.LabelsFor("network", timeProvider.GetUtcNow());
        guard.Ledger.Intend(ResourceType.Network, network.Name);
        try
        {
            await engine.Networks.CreateAsync(network.Name, labels, cancellationToken).ConfigureAwait(false);
            guard.Ledger.Confirm(network.Name);
            return network;
        }
        catch (EngineException e) when (e.Status is not null)
        {
            guard.Ledger.Remove(network.Name);
            throw;
        }
        catch (Exception e) when (e is EngineException or OperationCanceledException)
        {
            // Without an answer it is unknown whether the engine has made it, or is about to.
            network.IsUnanswered = true;
            using var limit = new CancellationTokenSource(CleanUpLimit, timeProvider);
            if (!await TryRemoveAsync(network, limit.Token).ConfigureAwait(false))
            {
                _networks.Add(network);
            }

            throw;
        }
    }

    private async Task<bool> TryRemoveAsync(Network network, CancellationToken cancellationToken)
    {
        try
        {
            await RemoveAsync(network, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is EngineException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task RemoveAsync(Network network, CancellationToken cancellationToken)
    {
        foreach (var guest in network.Guests)
        {
            // A container that is gone has left the network; if it is still there, the removal fails with an error.
            await engine.Networks.DisconnectAsync(network.Name, guest, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await engine.Networks.RemoveAsync(network.Name, cancellationToken).ConfigureAwait(false);
        if (!network.IsUnanswered)
        {
            // Else it may still be made, although it was not found: its entry stays.
            guard.Ledger.Remove(network.Name);
        }
    }

    internal sealed class Network(string name)
    {
        public string Name { get; } = name;

        public int Users { get; set; }

        /// <summary>Whether the engine has not confirmed that it made it: then nobody uses it, and it is to be removed.</summary>
        public bool IsUnanswered { get; set; }

        /// <summary>Lets one container at a time be connected.</summary>
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public HashSet<string> Guests { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Aliases { get; } = new(StringComparer.Ordinal);
    }
}

/// <summary>The use of a network by one infrastructure.</summary>
internal sealed class NetworkLease(NetworkPool pool, NetworkPool.Network network, IReadOnlyCollection<string> aliases)
{
    private bool _hasEnded;

    public string Name => network.Name;

    public NetworkPool.Network Network => network;

    public IReadOnlyCollection<string> Aliases => aliases;

    /// <summary>Connects a container that runs already, and may outlive the network. Once for each.</summary>
    public Task ConnectAsync(string container, CancellationToken cancellationToken) => pool.ConnectAsync(network, container, cancellationToken);

    /// <summary>True for the first call. Guarded by the pool's gate.</summary>
    public bool TryEnd()
    {
        var isFirst = !_hasEnded;
        _hasEnded = true;
        return isFirst;
    }
}
