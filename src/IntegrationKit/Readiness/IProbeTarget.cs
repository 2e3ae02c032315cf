namespace IntegrationKit;

/// <summary>What a probe checks: a service that has been started and may not be ready yet.</summary>
public interface IProbeTarget
{
    /// <summary>The service's name.</summary>
    string Name { get; }

    /// <summary>
    /// The ports inside the container that are published, in the order of the service's settings; of what runs in no container,
    /// the ports that it listens on.
    /// </summary>
    IReadOnlyList<int> Ports { get; }

    /// <summary>The address at which the tests reach a port.</summary>
    /// <exception cref="InvalidOperationException">The port is not published.</exception>
    ServiceEndpoint Endpoint(int port);

    /// <summary>Reads the log from its beginning and follows it until the container ends. Default: an empty log.</summary>
    IAsyncEnumerable<LogLine> FollowLogAsync(CancellationToken cancellationToken) => AsyncEnumerable.Empty<LogLine>();

    /// <summary>Runs a command in the container. Default: there is no container, so that it cannot be run.</summary>
    /// <exception cref="NotSupportedException">It runs in no container.</exception>
    Task<CommandResult> ExecAsync(IReadOnlyList<string> command, CancellationToken cancellationToken) =>
        Task.FromException<CommandResult>(new NotSupportedException($"Service '{Name}' runs in no container, so that no command can be run in it."));

    /// <summary>The state of the container's health check. Default: there is none.</summary>
    Task<HealthReport> GetHealthAsync(CancellationToken cancellationToken) => Task.FromResult(new HealthReport("none", ""));

    /// <summary>Whether it is running. True if that is not known.</summary>
    Task<bool> IsRunningAsync(CancellationToken cancellationToken) => Task.FromResult(true);
}

/// <summary>The result of a container's health check.</summary>
/// <param name="Status">The status as the engine names it: none, starting, healthy or unhealthy.</param>
/// <param name="Output">The output of the last check; may be empty.</param>
public sealed record HealthReport(string Status, string Output);
