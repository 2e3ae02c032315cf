namespace IntegrationKit.Engine;

/// <summary>An open stream of the engine's events.</summary>
internal sealed class DockerEventStream(Stream stream, EngineCalls calls, string request) : IEngineEventStream
{
    private readonly CancellationTokenSource _disposed = new();
    private readonly EventReader _reader = new(stream);

    public async IAsyncEnumerator<EngineEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposed.Token);
        while (true)
        {
            EngineEvent? next;
            try
            {
                next = await calls.RunAsync(request, _reader.ReadAsync, either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_disposed.IsCancellationRequested)
            {
                yield break;
            }
            catch (OperationCanceledException cancelled)
            {
                throw new OperationCanceledException(cancelled.Message, cancelled, cancellationToken);
            }

            yield return next;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync().ConfigureAwait(false);
        await stream.DisposeAsync().ConfigureAwait(false);
    }
}
