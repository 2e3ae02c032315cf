using IntegrationKit.Engine;

namespace IntegrationKit.Ownership;

/// <summary>Removes what ended processes of this host have left on an engine.</summary>
internal static class Sweeper
{
    /// <summary>Containers first, since they hold on to networks and volumes. What cannot be removed is left.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="olderThan">
    /// Null to remove only what a dead owner on this host left. Else also what is older than this, whoever owns it but this
    /// process. This is for what was left by another host or pid namespace, whose processes cannot be seen from here.
    /// </param>
    /// <param name="now">The time that ages are measured to.</param>
    /// <param name="cancellationToken">Ends the sweep between two removals.</param>
    public static async Task<IReadOnlyList<SweptResource>> SweepAsync(
        IContainerEngine engine, TimeSpan? olderThan, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var swept = new List<SweptResource>();
        foreach (var each in await engine.Containers.ListAsync([ResourceLabels.IdLabel], cancellationToken).ConfigureAwait(false))
        {
            await RemoveAsync("container", each.Name, each.Labels, token => engine.Containers.RemoveAsync(each.Id, token)).ConfigureAwait(false);
        }

        foreach (var each in await engine.Networks.ListAsync([ResourceLabels.IdLabel], cancellationToken).ConfigureAwait(false))
        {
            await RemoveAsync("network", each.Name, each.Labels, token => engine.Networks.RemoveAsync(each.Id, token)).ConfigureAwait(false);
        }

        foreach (var each in await engine.Volumes.ListAsync([ResourceLabels.IdLabel], cancellationToken).ConfigureAwait(false))
        {
            await RemoveAsync("volume", each.Name, each.Labels, token => engine.Volumes.RemoveAsync(each.Name, token)).ConfigureAwait(false);
        }

        return swept;

        async Task RemoveAsync(string kind, string name, IReadOnlyDictionary<string, string> labels, Func<CancellationToken, Task> remove)
        {
            var isOld = olderThan is { } age && ResourceLabels.CreatedAt(labels) is { } created && now - created > age;
            if (ResourceLabels.IsOwn(labels) || !(isOld || ResourceLabels.OwnerIsDead(labels)))
            {
                return;
            }

            try
            {
                await remove(cancellationToken).ConfigureAwait(false);
                swept.Add(new(kind, name, labels.GetValueOrDefault(ResourceLabels.ServiceLabel), ResourceLabels.CreatedAt(labels)));
            }
            catch (EngineException)
            {
                // Another sweep, or a watchdog, may be removing it. If not, the next sweep tries again.
            }
        }
    }
}
