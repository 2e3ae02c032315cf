namespace IntegrationKit.Diagnostics;

/// <summary>Rules that know what usually stands behind a failure, and what to do about it.</summary>
internal static class LikelyCause
{
    private static readonly Func<Exception, StartEvidence, string?>[] Rules =
    [
        PortInUse, MissingPassword, OutOfMemory, NothingListens,
    ];

    public static string? Find(Exception cause, StartEvidence evidence) =>
        Rules.Select(rule => rule(cause, evidence)).FirstOrDefault(found => found is not null);

    private static string? PortInUse(Exception cause, StartEvidence evidence) =>
        cause is EngineException engine &&
        (engine.EngineMessage.Contains("port is already allocated", StringComparison.Ordinal) ||
         engine.EngineMessage.Contains("address already in use", StringComparison.Ordinal))
            ? "The host port is taken by another program or container. Leave Port unset for a free one, or stop what holds it."
            : null;

    private static string? MissingPassword(Exception cause, StartEvidence evidence) =>
        cause is ContainerExitedException && LogHas(evidence, "POSTGRES_PASSWORD")
            ? "POSTGRES_PASSWORD is not set. Use PostgresService, which sets a random one, or add it to Environment."
            : null;

    private static string? OutOfMemory(Exception cause, StartEvidence evidence) =>
        cause is ContainerExitedException { OutOfMemory: true }
            ? "The container needs more memory than it was given."
            : null;

    private static string? NothingListens(Exception cause, StartEvidence evidence) =>
        cause is ReadinessTimeoutException { Attempts: [.., { Reason: { } reason }] } &&
        evidence.Container is { Status: "running" } &&
        (reason.Contains("refused", StringComparison.OrdinalIgnoreCase) ||
         reason.Contains("closed", StringComparison.OrdinalIgnoreCase))
            ? "The container runs, but nothing listens on the probed port. It may listen on another port, or only on its own loopback address."
            : null;

    private static bool LogHas(StartEvidence evidence, string text) =>
        evidence.Container?.LastLogLines.Any(line => line.Contains(text, StringComparison.Ordinal)) ?? false;
}
