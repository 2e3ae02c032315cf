namespace IntegrationKit.Engine;

/// <summary>An address at which an engine may answer.</summary>
/// <param name="Address">As written.</param>
/// <param name="Source">Where it comes from, for messages.</param>
/// <param name="Obstacle">Why it is not even tried, or null.</param>
internal sealed record EndpointCandidate(string Address, string Source, string? Obstacle = null);

/// <summary>Lists the addresses at which an engine may be found.</summary>
/// <param name="environment">Reads an environment variable; null where it is not set.</param>
/// <param name="home">The user's home folder.</param>
internal sealed class EndpointDiscovery(Func<string, string?> environment, string home)
{
    private const string TlsObstacle = "DOCKER_TLS_VERIFY is set, and TLS is not supported yet: use a unix socket or a plain tcp address";

    public static EndpointDiscovery OfThisProcess { get; } =
        new(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <summary>In the order to try them. An address that was asked for is the only one: an error is better than an engine that nobody meant.</summary>
    public IReadOnlyList<EndpointCandidate> Find(string? asked)
    {
        if (!string.IsNullOrWhiteSpace(asked))
        {
            return [new(asked, "TestInfrastructureOptions.EngineEndpoint")];
        }

        if (Variable("DOCKER_HOST") is { } host)
        {
            var tls = Variable("DOCKER_TLS_VERIFY") is not null && !host.StartsWith("unix", StringComparison.OrdinalIgnoreCase);
            return [new(host, "DOCKER_HOST", tls ? TlsObstacle : null)];
        }

        return [.. Usual().DistinctBy(candidate => candidate.Address)];
    }

    private IEnumerable<EndpointCandidate> Usual()
    {
        if (DockerContext.Current(Variable("DOCKER_CONFIG") ?? Path.Combine(home, ".docker"), Variable("DOCKER_CONTEXT")) is { } context)
        {
            yield return context;
        }

        yield return new("unix:///var/run/docker.sock", "the default");
        if (Variable("XDG_RUNTIME_DIR") is { } runtime)
        {
            yield return new($"unix://{runtime.TrimEnd('/')}/docker.sock", "a rootless engine");
        }

        yield return new($"unix://{home.TrimEnd('/')}/.docker/run/docker.sock", "Docker Desktop");
    }

    private string? Variable(string name) => environment(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;
}
