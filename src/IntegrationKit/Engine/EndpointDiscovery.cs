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
    public const string DefaultAddress = "unix:///var/run/docker.sock";

    public const string NoTls = "TLS is not supported yet: use a unix socket or a plain tcp address";

    public static EndpointDiscovery OfThisProcess { get; } =
        new(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <summary>
    /// In the order to try them. An address or a context that somebody chose is the only one: an error is better than an engine
    /// that nobody meant. DOCKER_HOST wins over a context, as in the Docker CLI.
    /// </summary>
    public IReadOnlyList<EndpointCandidate> Find(string? asked)
    {
        if (!string.IsNullOrWhiteSpace(asked))
        {
            return [new(asked, "TestInfrastructureOptions.EngineEndpoint")];
        }

        if (Variable("DOCKER_HOST") is { } host)
        {
            var tls = Variable("DOCKER_TLS_VERIFY") is null ? Variable("DOCKER_TLS") is null ? null : "DOCKER_TLS" : "DOCKER_TLS_VERIFY";
            return [new(host, "DOCKER_HOST", tls is null || IsSocket(host) ? null : $"{tls} is set, and {NoTls}")];
        }

        return DockerContext.Chosen(Variable("DOCKER_CONFIG") ?? Path.Combine(home, ".docker"), Variable("DOCKER_CONTEXT")) is { } context
            ? [context]
            : [.. Usual()];
    }

    public static bool IsSocket(string address) => address.StartsWith('/') || address.StartsWith("unix:", StringComparison.OrdinalIgnoreCase);

    private IEnumerable<EndpointCandidate> Usual()
    {
        yield return new(DefaultAddress, "the default");
        if (Variable("XDG_RUNTIME_DIR") is { } runtime)
        {
            yield return new($"unix://{runtime.TrimEnd('/')}/docker.sock", "a rootless engine");
        }

        yield return new($"unix://{home.TrimEnd('/')}/.docker/run/docker.sock", "Docker Desktop");
    }

    private string? Variable(string name) => environment(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;
}
