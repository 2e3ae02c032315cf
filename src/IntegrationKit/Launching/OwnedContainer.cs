using System.Diagnostics.CodeAnalysis;
using IntegrationKit.Diagnostics;

namespace IntegrationKit;

/// <summary>A container that is watched for its owner.</summary>
[Experimental(Experiments.WritingServices)]
public abstract class OwnedContainer
{
    private protected OwnedContainer()
    {
    }

    /// <summary>The container's id.</summary>
    public abstract string Id { get; }

    /// <summary>Completes, by the engine's events, when it has ended or was removed. Never fails.</summary>
    public abstract Task Ended { get; }

    /// <summary>Waits for the end, and throws it as an error, so that it can end a wait for readiness.</summary>
    /// <exception cref="ContainerExitedException">It has ended, or was removed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public abstract Task FailAtEndAsync(CancellationToken cancellationToken);

    /// <summary>How it ended, as a sentence; null while it runs. While it runs, no call to the engine is made.</summary>
    public abstract Task<string?> FindEndAsync(CancellationToken cancellationToken);

    /// <summary>Reads its log. <see cref="LogQuery.Since"/> is a moment of this process's clock here; the engine's may differ.</summary>
    public abstract IAsyncEnumerable<LogLine> ReadLogAsync(LogQuery query, CancellationToken cancellationToken);
}
