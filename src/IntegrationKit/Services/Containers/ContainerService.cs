namespace IntegrationKit;

/// <summary>A container of any image.</summary>
/// <param name="image">The image, as <c>docker pull</c> takes it. The image prefix applies if it names no registry.</param>
public sealed class ContainerService(string image) : ServerService(image)
{
    /// <summary>Replaces the image's entrypoint. Default null: the image's.</summary>
    public IReadOnlyList<string>? Entrypoint { get; init; }

    /// <summary>Replaces the image's command. Default null: the image's.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Environment variables: literals, and values of other services by <see cref="ServiceReference"/>. Default: none.</summary>
    public IDictionary<string, ServiceReference> Environment { get; init; } = new Dictionary<string, ServiceReference>(StringComparer.Ordinal);

    /// <summary>The TCP ports that the tests reach, from 1 to 65535 each. Default: none.</summary>
    public IReadOnlyList<PublishedPort> Ports { get; init; } = [];

    /// <summary>
    /// Absolute paths in the container that are kept in memory, with mount options after a colon as <c>docker run</c> takes
    /// them: <c>/data:size=64m</c>. Default: none.
    /// </summary>
    public IReadOnlyList<string> Tmpfs { get; init; } = [];

    /// <summary>
    /// Whether the container does one thing and ends by itself with exit code 0, as one does that migrates a database. It is ready
    /// when it has ended (and <see cref="ServerService.Readiness"/>, if it is set, has succeeded), so that what depends on it starts
    /// after that. Another exit code fails the start; later its end is no failure, and a reset leaves it alone. Default false: an
    /// end is a failure.
    /// </summary>
    public bool EndsByItself { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<TestService> Dependencies =>
        base.Dependencies.Concat(Environment.Values.Select(value => value.Service).OfType<TestService>()).Distinct();

    /// <inheritdoc/>
    protected override IEnumerable<int> HostPorts => Ports.Select((port, i) => port.HostPort ?? (i == 0 ? Port : null)).OfType<int>();

    /// <inheritdoc/>
    protected override IEnumerable<string> Validate()
    {
        foreach (var problem in base.Validate())
        {
            yield return problem;
        }

        foreach (var port in Ports.Where(each => each is { ContainerPort: < 1 or > 65535 } or { HostPort: < 1 or > 65535 }))
        {
            yield return FormattableString.Invariant($"Ports has {port.ContainerPort}{(port.HostPort is { } host ? FormattableString.Invariant($" on host port {host}") : "")}; a port is from 1 to 65535.");
        }

        foreach (var twice in Ports.GroupBy(each => each.ContainerPort).Where(same => same.Count() > 1))
        {
            yield return $"Ports has {twice.Key} more than once.";
        }

        if (Port is not null && Ports.Count == 0)
        {
            yield return FormattableString.Invariant($"Port is {Port}, but Ports is empty: say which port of the container it leads to.");
        }

        foreach (var port in (Readiness?.NeededPorts ?? []).Except(Ports.Select(each => each.ContainerPort)))
        {
            yield return $"Readiness probes port {port}, which is not published. Add it to Ports.";
        }

        foreach (var twice in Tmpfs.GroupBy(each => each.Split(':')[0], StringComparer.Ordinal).Where(same => same.Count() > 1))
        {
            yield return $"Tmpfs has '{twice.Key}' more than once.";
        }

        foreach (var path in Tmpfs.Where(each => !each.StartsWith('/')))
        {
            yield return $"Tmpfs has '{path}'; it must be an absolute path in the container.";
        }
    }

    /// <inheritdoc/>
    protected override ServerSpec Describe(DescribeContext context) => new()
    {
        Entrypoint = Entrypoint,
        Command = Command,
        Environment = Environment.ToDictionary(each => each.Key, each => each.Value.Read(), StringComparer.Ordinal),
        Ports = Ports,
        Tmpfs = Tmpfs,
        EndsByItself = EndsByItself,
    };
}
