using IntegrationKit.Diagnostics;

namespace IntegrationKit.Model;

/// <summary>What one start of a service has made so far, to be disposed of if it fails.</summary>
/// <param name="disposeLate">Disposes of what is added when the start has ended already. Never throws.</param>
internal sealed class MadeResources(Func<IAsyncDisposable, Task> disposeLate)
{
    private readonly Lock _gate = new();
    private Stack<IAsyncDisposable>? _made;
    private bool _isClosed;

    public void Add(IAsyncDisposable resource)
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                (_made ??= new()).Push(resource);
                return;
            }
        }

        _ = disposeLate(resource);
        throw new OperationCanceledException("The start of this service has ended already.");
    }

    /// <summary>Collects what the servers among them know about a failure.</summary>
    public async Task CollectEvidenceAsync(StartEvidence evidence)
    {
        IEvidenceSource[] sources;
        lock (_gate)
        {
            sources = _made?.OfType<IEvidenceSource>().ToArray() ?? [];
        }

        foreach (var source in sources)
        {
            await source.CollectEvidenceAsync(evidence).ConfigureAwait(false);
        }
    }

    /// <summary>The start has succeeded: its run owns them.</summary>
    public void Release() => Close();

    /// <summary>The start has failed. Returns them, the latest first; nothing can be added any more.</summary>
    public IReadOnlyList<IAsyncDisposable> Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            var made = _made?.ToArray() ?? [];
            _made = null;
            return made;
        }
    }
}
