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

    /// <summary>
    /// Removes a container by force, with its anonymous volumes. One that is gone is no error; one that is being removed is
    /// waited for, at most 10 s.
    /// </summary>
    Task RemoveAsync(string id, CancellationToken cancellationToken);

    /// <summary>Runs a command in a running container and reads its output to the end.</summary>
    Task<CommandResult> ExecAsync(string id, IReadOnlyList<string> command, ExecOptions options, CancellationToken cancellationToken);

    /// <summary>Unpacks a tar archive into <paramref name="path"/>, a folder that exists in the container.</summary>
    Task PutArchiveAsync(string id, string path, Stream tar, CancellationToken cancellationToken);
}
