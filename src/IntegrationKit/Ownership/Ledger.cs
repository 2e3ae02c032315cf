using IntegrationKit.Engine;

namespace IntegrationKit.Ownership;

/// <summary>
/// What this process has on one engine: what it is about to make there, and what it has made and not removed yet. Each
/// resource is known by its name, which is chosen before the engine is asked to make it. What somebody else creates for this
/// process is known by a label.
/// </summary>
internal sealed class Ledger
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly HashSet<string> _claims = new(StringComparer.Ordinal);
    private long _lastNumber;
    private bool _isClosed;

    /// <summary>Whether nothing of this process can be on the engine, or come to be there.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count == 0 && _claims.Count == 0;
            }
        }
    }

    /// <summary>Notes what the engine is about to be asked to make. To be called before the request is sent.</summary>
    /// <exception cref="IntegrationKitException">The ledger is closed.</exception>
    public void Intend(ResourceType type, string name)
    {
        lock (_gate)
        {
            ThrowIfClosed();
            _entries[name] = new(type, name, ++_lastNumber, IsConfirmed: false);
        }
    }

    /// <summary>Notes that the engine has answered that it made it.</summary>
    public void Confirm(string name)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(name, out var entry))
            {
                _entries[name] = entry with { IsConfirmed = true };
            }
        }
    }

    /// <summary>Forgets what is gone, or what the engine refused to make.</summary>
    public void Remove(string name)
    {
        lock (_gate)
        {
            _entries.Remove(name);
        }
    }

    public bool Contains(string name)
    {
        lock (_gate)
        {
            return _entries.ContainsKey(name);
        }
    }

    /// <summary>
    /// Notes that somebody else is about to create containers for this process, under names of their own. They carry the
    /// session's labels, and <see cref="ResourceLabels.ClaimLabel"/> with this value.
    /// </summary>
    /// <param name="claim">A value that no other claim has.</param>
    /// <exception cref="IntegrationKitException">The ledger is closed.</exception>
    public void Claim(string claim)
    {
        lock (_gate)
        {
            ThrowIfClosed();
            _claims.Add(claim);
        }
    }

    /// <summary>Ends a claim: its containers are gone, and no more will be created.</summary>
    public void Withdraw(string claim)
    {
        lock (_gate)
        {
            _claims.Remove(claim);
        }
    }

    /// <summary>Closes the ledger where it is empty, and says whether it did: from then on, nothing more may be made.</summary>
    public bool TryClose()
    {
        lock (_gate)
        {
            return _isClosed = IsEmpty;
        }
    }

    /// <summary>
    /// Removes everything from the engine: containers at the same time, begun with the newest, then networks, then volumes.
    /// What is removed is forgotten, but not what was only intended, nor a claim: the engine may still be making more.
    /// </summary>
    public async Task ReleaseAsync(IContainerEngine engine, CancellationToken cancellationToken)
    {
        Entry[] entries;
        string[] claims;
        lock (_gate)
        {
            entries = [.. _entries.Values.OrderByDescending(each => each.Number)];
            claims = [.. _claims];
        }

        await Task.WhenAll([.. RemoveAll(ResourceType.Container, engine.Containers.RemoveAsync), .. claims.Select(ReleaseClaimAsync)]).ConfigureAwait(false);
        await Task.WhenAll(RemoveAll(ResourceType.Network, engine.Networks.RemoveAsync)).ConfigureAwait(false);
        await Task.WhenAll(RemoveAll(ResourceType.Volume, engine.Volumes.RemoveAsync)).ConfigureAwait(false);

        IEnumerable<Task> RemoveAll(ResourceType type, Func<string, CancellationToken, Task> remove) =>
            entries.Where(each => each.Type == type).Select(each => TryAsync(async () =>
            {
                await remove(each.Name, cancellationToken).ConfigureAwait(false);
                if (each.IsConfirmed)
                {
                    Remove(each.Name);
                }
            }));

        Task ReleaseClaimAsync(string claim) => TryAsync(async () =>
        {
            string[] labels = [ResourceLabels.Filter, $"{ResourceLabels.ClaimLabel}={claim}"];
            var containers = await engine.Containers.ListAsync(labels, cancellationToken).ConfigureAwait(false);
            await Task.WhenAll(containers.Select(each => TryAsync(() => engine.Containers.RemoveAsync(each.Id, cancellationToken)))).ConfigureAwait(false);
        });
    }

    private static async Task TryAsync(Func<Task> call)
    {
        try
        {
            await call().ConfigureAwait(false);
        }
        catch (Exception e) when (e is EngineException or OperationCanceledException)
        {
            // The process is ending: the watchdog removes what is left, or else the next sweep.
        }
    }

    private void ThrowIfClosed()
    {
        if (_isClosed)
        {
            throw new IntegrationKitException("The process is ending: nothing more is made on the container engine.");
        }
    }

    private sealed record Entry(ResourceType Type, string Name, long Number, bool IsConfirmed);
}
