namespace IntegrationKit.Engine;

internal interface IEngineImages
{
    /// <summary>Null where there is no such local image.</summary>
    Task<ImageDetails?> InspectAsync(string image, CancellationToken cancellationToken);

    /// <summary>The tags of all local images whose reference matches <paramref name="pattern"/>, as <c>docker images</c> matches it.</summary>
    Task<IReadOnlyList<string>> ListTagsAsync(string pattern, CancellationToken cancellationToken);

    /// <summary>Pulls, and reports while it does. An error inside the stream (sent with status 200) is an <see cref="EngineException"/> too.</summary>
    Task PullAsync(string image, IProgress<PullProgress>? progress, CancellationToken cancellationToken);
}

/// <summary>An image as the engine's inspect call shows it.</summary>
internal sealed record ImageDetails(
    string Id,
    string OperatingSystem,
    string Architecture,
    IReadOnlyList<string> Volumes,
    IReadOnlyList<int> ExposedTcpPorts,
    IReadOnlyDictionary<string, string> Environment,
    bool HasHealthCheck);

/// <summary>A step of a pull.</summary>
/// <param name="Layer">The layer's short id, or null where the status concerns the image.</param>
/// <param name="Status">The engine's text, for example <c>Downloading</c>.</param>
/// <param name="CurrentBytes">Bytes so far, or null.</param>
/// <param name="TotalBytes">Bytes in all, or null.</param>
internal sealed record PullProgress(string? Layer, string Status, long? CurrentBytes, long? TotalBytes);
