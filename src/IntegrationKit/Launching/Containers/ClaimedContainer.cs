using System.Runtime.CompilerServices;
using IntegrationKit.Engine;

namespace IntegrationKit.Launching.Containers;

/// <summary>A container that was made without this library.</summary>
internal sealed class ClaimedContainer(EngineSession session, string id, TimeProvider timeProvider) : OwnedContainer
{
    private IEngineContainers Containers => session.Engine.Containers;

    public override string Id => id;

    public override Task Ended { get; } = session.Events.Ended(id);

    public override async Task FailAtEndAsync(CancellationToken cancellationToken)
    {
        await Ended.WaitAsync(cancellationToken).ConfigureAwait(false);
        var details = await Containers.InspectAsync(id, cancellationToken).ConfigureAwait(false);
        throw new ContainerExitedException(details?.ExitCode, details?.OutOfMemory ?? false);
    }

    public override async Task<string?> FindEndAsync(CancellationToken cancellationToken)
    {
        if (!Ended.IsCompleted)
        {
            return null;
        }

        // Its maker can start it again.
        var details = await Containers.InspectAsync(id, cancellationToken).ConfigureAwait(false);
        return details is { IsRunning: true } ? null : ContainerEnd.Describe(details);
    }

    public override async IAsyncEnumerable<LogLine> ReadLogAsync(LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Since is { } since)
        {
            query = query with { Since = await new EngineClock(session.Engine, timeProvider).FromOursAsync(since, cancellationToken).ConfigureAwait(false) };
        }

        await foreach (var line in Containers.ReadLogsAsync(id, query, cancellationToken).ConfigureAwait(false))
        {
            yield return line;
        }
    }
}
