using System.Collections.Concurrent;
using IntegrationKit.Engine;
using IntegrationKit.Ownership;

namespace IntegrationKit.Launching;

/// <summary>
/// The networks on which containers reach each other. One serves the whole process, since an engine has room for about
/// 29; a further one is made only where two infrastructures want the same alias. A network goes with its last user.
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
            var network = _networks.Find(each => !each.Aliases.Overlaps(aliases));
            if (network is null)
            {
                await guard.ReadyAsync(cancellationToken).ConfigureAwait(false);
                var name = $"integrationkit-{Guid.NewGuid().ToString("N")[..12]}";
                var labels = ResourceLabels.LabelsFor("network", timeProvider.GetUtcNow());
                network = new(name, await CreateAsync(name, labels, cancellationToken).ConfigureAwait(false));
                guard.Ledger.Intend(ResourceType.Network, network.Id);
                guard.Ledger.Confirm(network.Id);
                _networks.Add(network);
            }

            network.Users++;
            network.Aliases.UnionWith(aliases);
            return new(network.Name, (container, token) => ConnectAsync(network, container, token), token => ReturnAsync(network, aliases, token));
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Connects a container that outlives the network.</summary>
    private async Task ConnectAsync(Network network, string container, CancellationToken cancellationToken)
    {
        await engine.Networks.ConnectAsync(network.Id, container, [], cancellationToken).ConfigureAwait(false);
        network.Guests.Add(container);
    }

    private async Task<string> CreateAsync(string name, Dictionary<string, string> labels, CancellationToken cancellationToken)
    {
        try
        {
            return await engine.Networks.CreateAsync(name, labels, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is EngineException { Status: null } or OperationCanceledException)
        {
            // No answer, so nobody knows: the engine may have made it.
            using var limit = new CancellationTokenSource(CleanUpLimit, timeProvider);
            await engine.Networks.RemoveAsync(name, limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private async Task ReturnAsync(Network network, IReadOnlyCollection<string> aliases, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            network.Aliases.ExceptWith(aliases);
            if (--network.Users == 0)
            {
                _networks.Remove(network);
                foreach (var guest in network.Guests)
                {
                    // One that is gone has left the network; where it is not, the removal says so.
                    await engine.Networks.DisconnectAsync(network.Id, guest, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }

                await engine.Networks.RemoveAsync(network.Id, cancellationToken).ConfigureAwait(false);
                guard.Ledger.Remove(network.Id);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private sealed class Network(string name, string id)
    {
        public string Name { get; } = name;

        public string Id { get; } = id;

        public int Users { get; set; }

        public ConcurrentBag<string> Guests { get; } = [];

        public HashSet<string> Aliases { get; } = new(StringComparer.Ordinal);
    }
}

/// <summary>The use of a network by one infrastructure.</summary>
internal sealed class NetworkLease(string name, Func<string, CancellationToken, Task> connect, Func<CancellationToken, Task> giveBack)
{
    public string Name { get; } = name;

    /// <summary>Connects a container that runs already, and may outlive the network.</summary>
    public Task ConnectAsync(string container, CancellationToken cancellationToken) => connect(container, cancellationToken);

    public Task ReturnAsync(CancellationToken cancellationToken) => giveBack(cancellationToken);
}
