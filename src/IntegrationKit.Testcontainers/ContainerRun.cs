using DotNet.Testcontainers.Containers;

namespace IntegrationKit.Testcontainers;

/// <summary>A container that is ready.</summary>
internal sealed class ContainerRun<TContainer>(
    TContainer container, OwnedContainer owned, ContainerLaunch launch, Func<TContainer, CancellationToken, Task>? reset, bool endsByItself) : ServiceRun
    where TContainer : IContainer
{
    public TContainer Container => container;

    public override async Task<string?> FindEndAsync(CancellationToken cancellationToken) =>
        endsByItself && owned.Ended.IsCompleted && await HasEndedWellAsync(cancellationToken).ConfigureAwait(false)
            ? null
            : await owned.FindEndAsync(cancellationToken).ConfigureAwait(false);

    public override IAsyncEnumerable<LogLine> ReadLogAsync(LogQuery query, CancellationToken cancellationToken) => owned.ReadLogAsync(query, cancellationToken);

    public override Task ResetAsync(CancellationToken cancellationToken) => reset?.Invoke(container, cancellationToken) ?? base.ResetAsync(cancellationToken);

    public override ValueTask DisposeAsync() => launch.DisposeAsync();

    private async Task<bool> HasEndedWellAsync(CancellationToken cancellationToken)
    {
        try
        {
            await owned.FailAtEndAsync(cancellationToken).ConfigureAwait(false);
            return false;
        }
        catch (ContainerExitedException e)
        {
            return e.ExitCode == 0;
        }
    }
}
