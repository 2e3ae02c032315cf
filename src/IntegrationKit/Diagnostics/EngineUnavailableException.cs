namespace IntegrationKit;

/// <summary>One endpoint at which an engine was looked for.</summary>
/// <param name="Endpoint">The address, for example <c>unix:///var/run/docker.sock</c>.</param>
/// <param name="Source">Where the address comes from, for example <c>DOCKER_HOST</c>.</param>
/// <param name="Reason">Why it did not answer.</param>
public sealed record EndpointAttempt(string Endpoint, string Source, string Reason);

/// <summary>No container engine answered at any known endpoint.</summary>
public sealed class EngineUnavailableException : IntegrationKitException
{
    internal EngineUnavailableException(IReadOnlyList<EndpointAttempt> attempts)
        : base(Describe(attempts)) => Attempts = attempts;

    /// <summary>Every endpoint that was tried, and why each failed.</summary>
    public IReadOnlyList<EndpointAttempt> Attempts { get; }

    private static string Describe(IReadOnlyList<EndpointAttempt> attempts) =>
        "No container engine answered. Tried:" + string.Concat(attempts.Select(a =>
            $"{Environment.NewLine}  {a.Endpoint} ({a.Source}): {a.Reason}")) +
        $"{Environment.NewLine}Start Docker, or set DOCKER_HOST to an engine that runs.";
}
