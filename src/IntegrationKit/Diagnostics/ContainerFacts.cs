namespace IntegrationKit;

/// <summary>What was known of a container when its service failed.</summary>
/// <param name="Id">The container's id.</param>
/// <param name="Image">The image that it was made from.</param>
/// <param name="Status">created, running, exited and so on, in the engine's words.</param>
/// <param name="ExitCode">The exit code, or null where it has not ended.</param>
/// <param name="EndedAt">When it ended, by the engine's clock, or null where it has not.</param>
/// <param name="OutOfMemory">Whether the kernel killed it for want of memory.</param>
/// <param name="Health">The output of its last health check, or null where it has none.</param>
/// <param name="Ports">Container port to published port on the host.</param>
/// <param name="LastLogLines">The end of its log, secrets blotted out.</param>
public sealed record ContainerFacts(
    string Id,
    string Image,
    string Status,
    int? ExitCode,
    DateTimeOffset? EndedAt,
    bool OutOfMemory,
    string? Health,
    IReadOnlyDictionary<int, int> Ports,
    IReadOnlyList<string> LastLogLines);
