namespace IntegrationKit.Engine;

/// <summary>A container as the engine's inspect call shows it.</summary>
/// <param name="Id">The full id.</param>
/// <param name="Image">The image reference that it was created from.</param>
/// <param name="Status">created, running, paused, restarting, removing, exited or dead.</param>
/// <param name="ExitCode">The exit code; 0 while it runs.</param>
/// <param name="OutOfMemory">Whether the kernel killed it because it ran out of memory.</param>
/// <param name="Error">The engine's message where it could not be started, else empty.</param>
/// <param name="StartedAt">Null where it never ran.</param>
/// <param name="FinishedAt">Null where it never ended.</param>
/// <param name="Health">none, starting, healthy or unhealthy.</param>
/// <param name="HealthOutput">The output of the last health check, else empty.</param>
/// <param name="Ports">Container port to published host port, TCP.</param>
/// <param name="Networks">Network name to the container's address in it.</param>
/// <param name="Tty">Whether it has a terminal: its log is not multiplexed then.</param>
internal sealed record ContainerDetails(
    string Id,
    string Image,
    string Status,
    int ExitCode,
    bool OutOfMemory,
    string Error,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    string Health,
    string HealthOutput,
    IReadOnlyDictionary<int, int> Ports,
    IReadOnlyDictionary<string, string> Networks,
    bool Tty)
{
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Its environment variables, the image's too, each as <c>NAME=value</c>.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    public bool IsRunning => Status is "running" or "paused" or "restarting";
}

/// <summary>A container as the engine's list call shows it.</summary>
internal sealed record ContainerSummary(string Id, string Name, string Image, string Status, IReadOnlyDictionary<string, string> Labels);
