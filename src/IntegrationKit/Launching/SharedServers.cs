using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace IntegrationKit.Launching;

/// <summary>
/// The servers that infrastructures of this process share, found by a hash of their launch settings. Each is started once,
/// and runs until the end of the run is said; one that has ended by itself is replaced for the next user.
/// </summary>
internal static class SharedServers
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, SharedServer> Open = new(StringComparer.Ordinal);

    /// <summary>The same for equal settings; one that is unset counts as unset, whatever the server gets for it.</summary>
    public static string KeyOf(IReadOnlyList<string?> settings) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(settings))));

    /// <summary>Returns the ready server of this key, which is started where there is none. To be given back.</summary>
    public static async Task<TServer> LeaseAsync<TServer>(
        string key, Func<TServer> make, LaunchContext context, TimeSpan startTimeout, TimeProvider timeProvider)
        where TServer : SharedServer
    {
        SharedServer? server;
        SharedServer? ended = null;
        lock (Gate)
        {
            if (Open.TryGetValue(key, out server) && !server.IsUsable)
            {
                Open.Remove(key);
                server.IsRetired = true;
                ended = server.Users == 0 ? server : null;
                server = null;
            }

            if (server is null)
            {
                server = make();
                server.Begin(context, startTimeout, timeProvider);
                Open.Add(key, server);
            }

            server.Users++;
        }

        try
        {
            await (ended?.StopAsync() ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await server.WaitAsync(context).ConfigureAwait(false);
            return (TServer)server;
        }
        catch
        {
            await ReturnAsync(server).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    /// <summary>Gives a server back. Where the run's end was said, or it has failed or ended, it goes with its last user.</summary>
    public static async Task ReturnAsync(SharedServer server)
    {
        bool isLast;
        lock (Gate)
        {
            server.Users--;
            if (!server.IsUsable)
            {
                server.IsRetired = true;
                foreach (var (key, _) in Open.Where(each => each.Value == server).ToArray())
                {
                    Open.Remove(key);
                }
            }

            isLast = server is { Users: 0, IsRetired: true };
        }

        if (isLast)
        {
            await server.StopAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Says the run's end: stops the servers that nobody uses; the others go with their last user.</summary>
    /// <exception cref="ServiceOperationException">Some could not be stopped; the others were.</exception>
    public static async Task StopAsync(CancellationToken cancellationToken)
    {
        SharedServer[] idle;
        lock (Gate)
        {
            foreach (var server in Open.Values)
            {
                server.IsRetired = true;
            }

            idle = [.. Open.Values.Where(server => server.Users == 0)];
            Open.Clear();
        }

        var failures = await Task.WhenAll(idle.Select(StopOneAsync)).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (failures.OfType<ServiceFailure>().ToArray() is { Length: > 0 } failed)
        {
            throw new ServiceOperationException("stopped", failed);
        }
    }

    private static async Task<ServiceFailure?> StopOneAsync(SharedServer server)
    {
        try
        {
            await server.StopAsync().ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (e is IntegrationKitException or OperationCanceledException)
        {
            return new(server.Name, e);
        }
    }
}
