using IntegrationKit.Diagnostics;

namespace IntegrationKit.Launching;

/// <summary>A server that a launcher was asked for, from its start to its removal.</summary>
internal interface IServer : IProbeTarget
{
    /// <summary>Its id where it runs: a container's id. Empty before the start.</summary>
    string Id { get; }

    /// <summary>Completes when it has ended by itself, unless that is what it is to do. Never completes before the start.</summary>
    Task Ended { get; }

    /// <summary>What cannot be done of the spec here, a sentence each. Known once the start has found out where it will run.</summary>
    IEnumerable<string> FindProblems();

    /// <summary>Starts it and returns when it is ready.</summary>
    /// <param name="context">The launch.</param>
    /// <param name="target">What the probe gets to see.</param>
    Task StartAsync(LaunchContext context, IProbeTarget target);

    /// <summary>How it ended, as a sentence; null while it runs, and if it ended as it was to. Then the call costs nothing.</summary>
    Task<string?> FindEndAsync(CancellationToken cancellationToken);

    /// <summary>Asks it for an answer by what of its probe is a question to it. Says that it gives none; null if it does, if nothing can be asked, and if it has ended.</summary>
    Task<string?> FindSilenceAsync(TimeSpan limit, CancellationToken cancellationToken);

    /// <summary>What the clock says where it runs, and in its log, at a moment of our clock.</summary>
    Task<DateTimeOffset> ToServerTimeAsync(DateTimeOffset ours, CancellationToken cancellationToken);

    IAsyncEnumerable<LogLine> ReadLogAsync(LogQuery query, CancellationToken cancellationToken);

    Task<CommandResult> ExecAsync(IReadOnlyList<string> command, ExecOptions? options, CancellationToken cancellationToken);

    /// <summary>Unpacks a tar archive into a folder that exists.</summary>
    Task PutArchiveAsync(string folder, Stream tar, CancellationToken cancellationToken);

    /// <summary>Collects what it knows about a failure, within 5 s. Never throws.</summary>
    Task CollectEvidenceAsync(StartEvidence evidence);

    /// <summary>Removes it, also one whose start failed or was cancelled midway. Idempotent; if it throws, it is to be called again.</summary>
    Task StopAsync(CancellationToken cancellationToken);
}
