using IntegrationKit.Engine;

namespace IntegrationKit.Ownership;

/// <summary>What this process has made on one engine and not removed yet. It is released newest first.</summary>
internal sealed class Ledger
{
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count == 0;
            }
        }
    }

    public void Intend(ResourceType type, string name) => Add(new(name, type == ResourceType.Network));

    /// <summary>Notes that things of unknown names will be made, which carry a label with this value.</summary>
    public void Claim(string claim) => Add(new(claim, IsNetwork: false, IsClaim: true));

    /// <summary>Notes that nothing more is made for a claim, and that all of it is gone.</summary>
    public void Withdraw(string claim) => Remove(claim);

    public void Confirm(string name) => _ = Contains(name);

    public void AddContainer(string id) => Add(new(id, IsNetwork: false));

    public void AddNetwork(string id) => Add(new(id, IsNetwork: true));

    public bool Contains(string id)
    {
        lock (_gate)
        {
            return _entries.Exists(each => each.Id == id);
        }
    }

    public void Remove(string id)
    {
        lock (_gate)
        {
            _entries.RemoveAll(each => each.Id == id);
        }
    }

    /// <summary>Removes everything from the engine: containers at the same time, begun with the newest, then networks.</summary>
    public async Task ReleaseAsync(IContainerEngine engine, CancellationToken cancellationToken)
    {
        Entry[] entries;
        lock (_gate)
        {
            entries = [.. Enumerable.Reverse(_entries).Where(each => !each.IsClaim)];
        }

        await Task.WhenAll(entries.Where(each => !each.IsNetwork).Select(each => RemoveAsync(each, engine.Containers.RemoveAsync))).ConfigureAwait(false);
        await Task.WhenAll(entries.Where(each => each.IsNetwork).Select(each => RemoveAsync(each, engine.Networks.RemoveAsync))).ConfigureAwait(false);

        async Task RemoveAsync(Entry entry, Func<string, CancellationToken, Task> remove)
        {
            try
            {
                await remove(entry.Id, cancellationToken).ConfigureAwait(false);
                Remove(entry.Id);
            }
            catch (Exception e) when (e is EngineException or OperationCanceledException)
            {
                // The process is ending: the watchdog and the next sweep are the nets below.
            }
        }
    }

    private void Add(Entry entry)
    {
        lock (_gate)
        {
            _entries.Add(entry);
        }
    }

    private readonly record struct Entry(string Id, bool IsNetwork, bool IsClaim = false);
}

internal enum ResourceType { Container, Network, Volume }
