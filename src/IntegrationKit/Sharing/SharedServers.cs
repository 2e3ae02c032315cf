using IntegrationKit.Launching;

namespace IntegrationKit.Sharing;

/// <summary>
/// The servers that infrastructures of this process share, found by their keys. Each is started once, and runs until
/// StopSharedServersAsync is called; one that has ended by itself or does not answer is replaced for the next user.
/// </summary>
internal static class SharedServers
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, ServerInstance> Open = new(StringComparer.Ordinal);
    private static readonly HashSet<ServerInstance> NotStopped = [];

    /// <summary>Leases the server of this key; null if there is none that can be used.</summary>
    public static ServerLease? TryLease(string key)
    {
        lock (Gate)
        {
            if (!Open.TryGetValue(key, out var instance) || !instance.IsUsable)
            {
                return null;
            }

            instance.Users++;
            return new(instance, Task.CompletedTask);
        }
    }

    /// <summary>Leases the server of this key, which is made and started if there is none.</summary>
    public static ServerLease Lease(string key, Func<ServerInstance> begin)
    {
        ServerInstance? unused = null;
        ServerLease lease;
        TaskCompletionSource predecessorGone = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (Gate)
        {
            if (Open.TryGetValue(key, out var instance) && !instance.IsUsable)
            {
                Open.Remove(key);
                instance.IsRetired = true;
                unused = instance.Users == 0 ? instance : null;
                instance = null;
            }

            if (instance is null)
            {
                instance = begin();
                Open.Add(key, instance);
            }

            instance.Users++;
            lease = new(instance, unused is null ? Task.CompletedTask : predecessorGone.Task);
        }

        if (unused is not null)
        {
            _ = StopUnusedAsync(unused, predecessorGone);
        }

        return lease;
    }

    /// <summary>A lease of a server that nobody else can get.</summary>
    public static ServerLease LeaseOwn(ServerInstance instance)
    {
        instance.Users = 1;
        instance.IsRetired = true;
        return new(instance, Task.CompletedTask);
    }

    /// <summary>Gives a server back. It is stopped when its last user has stopped, if StopSharedServersAsync was called, or if it has failed or ended.</summary>
    /// <param name="instance">The server.</param>
    /// <param name="isFirstTime">False if an earlier return could not stop it.</param>
    public static async Task ReturnAsync(ServerInstance instance, bool isFirstTime)
    {
        bool isLast;
        lock (Gate)
        {
            instance.Users -= isFirstTime ? 1 : 0;
            if (!instance.IsUsable)
            {
                Forget(instance);
            }

            isLast = instance is { Users: 0, IsRetired: true };
        }

        if (isLast)
        {
            await StopAsync(instance).ConfigureAwait(false);
        }
    }

    /// <summary>Gives a server no further users; it is stopped when its last user has stopped.</summary>
    public static void Retire(ServerInstance instance)
    {
        lock (Gate)
        {
            Forget(instance);
        }
    }

    /// <summary>Stops the servers that nobody uses, and those whose stop has failed; each of the others is stopped when its last user has stopped.</summary>
    /// <exception cref="ServiceOperationException">Some could not be stopped; the others were.</exception>
    public static async Task StopAsync(CancellationToken cancellationToken)
    {
        ServerInstance[] idle;
        lock (Gate)
        {
            foreach (var instance in Open.Values)
            {
                instance.IsRetired = true;
            }

            idle = [.. Open.Values.Where(instance => instance.Users == 0), .. NotStopped];
            Open.Clear();
        }

        var failures = await Task.WhenAll(idle.Distinct().Select(TryStopAsync)).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (failures.OfType<ServiceFailure>().ToArray() is { Length: > 0 } failed)
        {
            throw new ServiceOperationException("stopped", failed);
        }
    }

    private static void Forget(ServerInstance instance)
    {
        instance.IsRetired = true;
        foreach (var (key, _) in Open.Where(each => each.Value == instance).ToArray())
        {
            Open.Remove(key);
        }
    }

    private static async Task StopAsync(ServerInstance instance)
    {
        try
        {
            await instance.StopAsync().ConfigureAwait(false);
            lock (Gate)
            {
                NotStopped.Remove(instance);
            }
        }
        catch
        {
            if (instance.Server.IsShared)
            {
                lock (Gate)
                {
                    NotStopped.Add(instance);
                }
            }

            throw;
        }
    }

    private static async Task StopUnusedAsync(ServerInstance instance, TaskCompletionSource gone)
    {
        try
        {
            await TryStopAsync(instance).ConfigureAwait(false);
        }
        finally
        {
            gone.SetResult();
        }
    }

    private static async Task<ServiceFailure?> TryStopAsync(ServerInstance instance)
    {
        try
        {
            await StopAsync(instance).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (e is IntegrationKitException or OperationCanceledException)
        {
            return new(instance.Server.Name, e);
        }
    }
}
