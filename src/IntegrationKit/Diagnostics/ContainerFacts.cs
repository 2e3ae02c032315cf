namespace IntegrationKit;

/// <summary>What was known of a container when its service failed.</summary>
/// <param name="Id">The container's id.</param>
/// <param name="Image">The image that it was made from.</param>
/// <param name="Status">The state as the engine names it: created, running, exited and so on.</param>
/// <param name="ExitCode">The exit code; null if it has not ended.</param>
/// <param name="EndedAt">When it ended, by the engine's clock; null if it has not.</param>
/// <param name="OutOfMemory">Whether the kernel killed it because it ran out of memory.</param>
/// <param name="Health">The output of its last health check; null if it has no health check.</param>
/// <param name="Ports">Each port inside the container, and the port on the host at which it is published.</param>
/// <param name="LastLogLines">The last lines of its log, with secrets redacted.</param>
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
