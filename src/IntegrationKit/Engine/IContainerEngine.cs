namespace IntegrationKit.Engine;

/// <summary>
/// What IntegrationKit asks of a container engine. Every member throws <see cref="EngineException"/> where the engine
/// refuses or its answer breaks off, and <see cref="OperationCanceledException"/> where the token is cancelled.
/// </summary>
internal interface IContainerEngine : IAsyncDisposable
{
    EngineEndpoint Endpoint { get; }

    /// <summary>The API version that was negotiated from <c>/_ping</c>.</summary>
    Version ApiVersion { get; }

    /// <summary>Whether it is Podman, which serves Docker's API with differences.</summary>
    bool IsPodman { get; }

    IEngineImages Images { get; }

    IEngineContainers Containers { get; }

    IEngineNetworks Networks { get; }

    IEngineVolumes Volumes { get; }

    Task<EngineVersion> GetVersionAsync(CancellationToken cancellationToken);

    /// <summary>What its clock says; null if it does not tell.</summary>
    Task<DateTimeOffset?> GetTimeAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Follows the engine's container events of those that carry <paramref name="label"/> (<c>key=value</c>).
    /// The task completes when the response headers have arrived: whatever happens after that is seen.
    /// The stream throws <see cref="EngineException"/> where the connection breaks, so that the reader can open another one.
    /// </summary>
    Task<IEngineEventStream> FollowEventsAsync(string label, CancellationToken cancellationToken);
}

internal interface IEngineEventStream : IAsyncEnumerable<EngineEvent>, IAsyncDisposable;
