using IntegrationKit.Launching;
using Microsoft.Extensions.Logging;

namespace IntegrationKit;

/// <summary>
/// A service whose server can be divided, so that several infrastructures of a process use one server of equal settings,
/// each a slice of its own.
/// </summary>
public abstract class ShareableService : ContainerizedService
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ReturnLimit = TimeSpan.FromSeconds(10);

    private SharedServer? _server;

    private protected ShareableService(string image)
        : base(image)
    {
    }

    /// <summary>
    /// Has a server of its own where servers are shared (<see cref="TestInfrastructureOptions.ShareServers"/>). What concerns
    /// a whole server implies it: <see cref="ContainerizedService.NetworkAlias"/>, <see cref="ContainerizedService.Readiness"/>
    /// and <see cref="ContainerizedService.StopGracefully"/>. Default false.
    /// </summary>
    public bool OwnServer { get; init; }

    private protected override string? SharedHost => _server?.Container.ShortId;

    private protected bool UsesSharedServer => SharesServer && !OwnServer && NetworkAlias is null && Readiness is null && !StopGracefully;

    /// <inheritdoc/>
    protected internal override async Task StartAsync(ServiceContext context, CancellationToken cancellationToken)
    {
        if (!UsesSharedServer)
        {
            await base.StartAsync(context, cancellationToken).ConfigureAwait(false);
            return;
        }

        var server = await LeaseAsync(context).ConfigureAwait(false);
        try
        {
            _server = server;
            foreach (var secret in Secrets)
            {
                context.AddSecret(secret);
            }

            if (JoinsNetwork)
            {
                await context.Launcher.JoinNetworkAsync(server, cancellationToken).ConfigureAwait(false);
            }

            await TakeSliceAsync(context.Launch, cancellationToken).ConfigureAwait(false);
            Use(server.Container);
        }
        catch (Exception e)
        {
            if (e is not OperationCanceledException || context.Launch.Deadline.Passed is not null)
            {
                await context.Launcher.CollectEvidenceAsync(server.Container, context.Launch).ConfigureAwait(false);
            }

            await LeaveAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    /// <inheritdoc/>
    protected internal override async Task StopAsync(ServiceContext context, CancellationToken cancellationToken)
    {
        if (_server is null)
        {
            await base.StopAsync(context, cancellationToken).ConfigureAwait(false);
            return;
        }

        await LeaveAsync().ConfigureAwait(false);
    }

    /// <summary>The settings that make two servers different, in a fixed order; null for one that is unset.</summary>
    private protected abstract IEnumerable<string?> ServerSettings { get; }

    /// <summary>A server of these settings, not started.</summary>
    private protected abstract SharedServer MakeServer(Launcher launcher, ILogger logger);

    /// <summary>Makes this service's part of the ready server.</summary>
    private protected abstract Task TakeSliceAsync(LaunchContext context, CancellationToken cancellationToken);

    /// <summary>
    /// Closes this service's part of the server to whoever still uses it, and gives it up. Called also where it was not made,
    /// or only in part.
    /// </summary>
    private protected abstract Task ReturnSliceAsync(CancellationToken cancellationToken);

    private protected TServer SharedServer<TServer>()
        where TServer : SharedServer => (TServer)_server!;

    private async Task<SharedServer> LeaseAsync(ServiceContext context)
    {
        var key = SharedServers.KeyOf(
        [
            GetType().Name, .. context.Launcher.SharingKey(Image), $"{Port}", $"{MemoryLimit}",
            .. Labels.OrderBy(each => each.Key, StringComparer.Ordinal).SelectMany(each => new[] { each.Key, each.Value }),
            null, .. ServerSettings,
        ]);
        return await SharedServers.LeaseAsync(
            key, () => MakeServer(context.Launcher.ForSharedServer(), context.Logger), context.Launch, StartTimeout, context.TimeProvider).ConfigureAwait(false);
    }

    private async Task LeaveAsync()
    {
        if (_server is not { } server)
        {
            return;
        }

        try
        {
            await ReleaseAsync().ConfigureAwait(false);
            using var limit = new CancellationTokenSource(ReturnLimit);
            await ReturnSliceAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Where the server has died, the slice went with it. The engine tells of that a moment later.
            await server.Container.Ended.WaitAsync(EndLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (server.IsUsable)
            {
                throw;
            }
        }
        finally
        {
            _server = null;
            Use(container: null);
            await SharedServers.ReturnAsync(server).ConfigureAwait(false);
        }
    }
}
