using IntegrationKit.Engine;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.Launching.Containers;

/// <summary>Runs servers as containers. It joins the engine's session when the first container needs it.</summary>
internal sealed class ContainerLauncher(LauncherOptions options, ILogger logger, TimeProvider timeProvider) : ILauncher
{
    private readonly SessionMembership _session = new(options, logger, timeProvider);
    private readonly NetworkMembership _network = new(logger, timeProvider);

    public LauncherOptions Options => options;

    public TimeProvider TimeProvider => timeProvider;

    public Task PrepareAsync(string image, string service, LaunchContext context, CancellationToken cancellationToken) =>
        ResolveImageAsync(image, service, context, cancellationToken);

    public IReadOnlyList<string?> DescribePlace(string image) =>
        [options.EngineKey, options.Qualify(image), options.PublishPortsOnAllInterfaces ? "all interfaces" : null];

    public IServer Create(string service, ServerSpec spec, NetworkPlacement? placement) => new ContainerServer(service, spec, placement, this);

    public async Task<ContainerOwnership> OwnContainersAsync(string service, LaunchContext context, CancellationToken cancellationToken)
    {
        var session = await JoinAsync(cancellationToken).ConfigureAwait(false);
        await session.Guard.ReadyAsync(cancellationToken).ConfigureAwait(false);
        return new ContainerClaim(session, service, context);
    }

    public ILauncher ForSharedServer() => new ContainerLauncher(options, logger, timeProvider);

    public async Task<string> ConnectAsync(IServer server, IReadOnlyCollection<string> aliases, CancellationToken cancellationToken)
    {
        var network = await LeaseNetworkAsync(aliases, cancellationToken).ConfigureAwait(false);
        await network.ConnectAsync(server.Id, cancellationToken).ConfigureAwait(false);

        // The engine's name server knows the container by it on every network that it is connected to.
        return server.Id[..12];
    }

    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        await _network.ReturnAsync(cancellationToken).ConfigureAwait(false);
        await _session.LeaveAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The engine's session, which stays open until the launcher is closed.</summary>
    public Task<EngineSession> JoinAsync(CancellationToken cancellationToken) => _session.JoinAsync(cancellationToken);

    /// <summary>The infrastructure's network.</summary>
    public async Task<NetworkLease> LeaseNetworkAsync(IReadOnlyCollection<string> aliases, CancellationToken cancellationToken)
    {
        var session = await JoinAsync(cancellationToken).ConfigureAwait(false);
        return await _network.LeaseAsync(session, aliases, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finds, or pulls, an image.</summary>
    public async Task<ImageDetails> ResolveImageAsync(string image, string service, LaunchContext context, CancellationToken cancellationToken)
    {
        var session = await JoinAsync(cancellationToken).ConfigureAwait(false);
        var reference = options.Qualify(image);
        if (!ImageName.IsValid(reference))
        {
            throw new IntegrationKitException(reference == image ? ImageName.Problem(image) : $"With the image prefix, {ImageName.Problem(reference)}");
        }

        using var pull = new PullReporter(service, reference, context);
        return await session.Images.ResolveAsync(reference, pull.OnProgress, cancellationToken).ConfigureAwait(false);
    }
}
