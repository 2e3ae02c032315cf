namespace IntegrationKit.Launching;

/// <summary>How servers come to run for one infrastructure, or for one shared server. Nothing above it knows which one it is.</summary>
internal interface ILauncher
{
    /// <summary>Fetches what a server of this image needs; the time counts against no start deadline.</summary>
    Task PrepareAsync(string image, string service, LaunchContext context, CancellationToken cancellationToken);

    /// <summary>What makes its servers different from those that another launcher starts by the same spec.</summary>
    IReadOnlyList<string?> DescribePlace(string image);

    /// <summary>A server, not started: no request has been sent.</summary>
    /// <param name="service">The service that it is for.</param>
    /// <param name="spec">How it is to run.</param>
    /// <param name="placement">Where other servers are to reach it; null for nowhere.</param>
    IServer Create(string service, ServerSpec spec, NetworkPlacement? placement);

    /// <summary>Lets the servers of this infrastructure reach one that was started by another launcher; returns the host name at which they do.</summary>
    Task<string> ConnectAsync(IServer server, IReadOnlyCollection<string> aliases, CancellationToken cancellationToken);

    /// <summary>Owns containers that a service makes without <see cref="Create"/>. Returns when they may be made.</summary>
    Task<ContainerOwnership> OwnContainersAsync(string service, LaunchContext context, CancellationToken cancellationToken);

    /// <summary>Another one with the same options, for a server that outlives the infrastructure.</summary>
    ILauncher ForSharedServer();

    /// <summary>Releases what the infrastructure holds besides its servers. Idempotent; if it throws, the next call continues.</summary>
    Task CloseAsync(CancellationToken cancellationToken);
}

/// <summary>Where other servers of its infrastructure reach a server.</summary>
/// <param name="Aliases">Its names there.</param>
/// <param name="AllAliases">The names that all servers of the infrastructure ask for.</param>
internal sealed record NetworkPlacement(IReadOnlyList<string> Aliases, IReadOnlyCollection<string> AllAliases);
