namespace IntegrationKit.Engine;

/// <summary>The containers of an engine. Where an id is asked for, a name will do.</summary>
internal interface IEngineContainers
{
    /// <summary>Creates a container and returns its id.</summary>
    Task<string> CreateAsync(ContainerSpec spec, CancellationToken cancellationToken);

    /// <summary>Starts a container; one that runs already is no error.</summary>
    Task StartAsync(string id, CancellationToken cancellationToken);

    /// <summary>Null where there is no such container.</summary>
    Task<ContainerDetails?> InspectAsync(string id, CancellationToken cancellationToken);

    /// <summary>All containers, stopped ones too, that carry every label given (<c>key</c> or <c>key=value</c>).</summary>
    Task<IReadOnlyList<ContainerSummary>> ListAsync(IReadOnlyList<string> labels, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the log line by line, of containers with and without a terminal; a line longer than 64 KiB is split there.
    /// With <see cref="LogQuery.Follow"/> it ends when the container does.
    /// </summary>
    IAsyncEnumerable<LogLine> ReadLogsAsync(string id, LogQuery query, CancellationToken cancellationToken);

    /// <summary>Asks the container to stop and kills it after <paramref name="grace"/>.</summary>
    Task StopAsync(string id, TimeSpan grace, CancellationToken cancellationToken);

    /// <summary>Removes a container by force, with its anonymous volumes; one that is gone, or being removed, is no error.</summary>
    Task RemoveAsync(string id, CancellationToken cancellationToken);

    /// <summary>Runs a command in a running container and reads its output to the end.</summary>
    Task<CommandResult> ExecAsync(string id, ExecSpec spec, CancellationToken cancellationToken);

    /// <summary>Unpacks a tar archive into <paramref name="path"/>, a folder that exists in the container.</summary>
    Task PutArchiveAsync(string id, string path, Stream tar, CancellationToken cancellationToken);
}

/// <summary>A command to run in a container.</summary>
internal sealed record ExecSpec(IReadOnlyList<string> Command)
{
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public string? User { get; init; }

    public string? WorkingDirectory { get; init; }
}

/// <summary>Which part of a log to read.</summary>
internal sealed record LogQuery
{
    public bool Follow { get; init; }

    /// <summary>The last so many lines only; null for all.</summary>
    public int? Tail { get; init; }

    /// <summary>Lines from this moment on, by the engine's clock; null for all.</summary>
    public DateTimeOffset? Since { get; init; }
}
