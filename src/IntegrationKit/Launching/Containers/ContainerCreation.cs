using IntegrationKit.Diagnostics;
using IntegrationKit.Engine;
using IntegrationKit.Ownership;

namespace IntegrationKit.Launching.Containers;

/// <summary>
/// A container from the moment that its create is sent until it is removed. A create is never cancelled while its request is
/// under way, since the engine may carry it out anyway: it is awaited, and its container then removed.
/// </summary>
internal sealed class ContainerCreation(EngineSession session, ContainerSpec spec, TimeProvider timeProvider)
{
    private static readonly TimeSpan CreateLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(10);

    private readonly string _name = spec.Name!;
    private Task<string>? _create;
    private bool _isRefused;
    private bool _isRemoved;

    private Ledger Ledger => session.Guard.Ledger;

    /// <summary>Creates the container and returns its id.</summary>
    /// <exception cref="EngineException">The engine refused, or its answer was lost.</exception>
    /// <exception cref="TimeoutException">It did not answer within 30 s.</exception>
    public Task<string> RunAsync() => _create = CreateAsync();

    /// <summary>Removes it, even if nobody knows whether it was made.</summary>
    /// <exception cref="EngineException">It could not be removed: to be called again.</exception>
    public async Task RemoveAsync(bool gracefully, CancellationToken cancellationToken)
    {
        if (_create is null || _isRemoved)
        {
            return;
        }

        // It has a limit of its own.
        await ((Task)_create).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_isRefused)
        {
            return;
        }

        if (!_create.IsCompletedSuccessfully)
        {
            // That no container has its name yet does not mean that none will be made: its entry stays in the ledger.
            await session.Engine.Containers.RemoveAsync(_name, cancellationToken).ConfigureAwait(false);
            _isRemoved = _create.IsCompleted;
            return;
        }

        var id = await _create.ConfigureAwait(false);
        session.Events.Forget(id);
        if (gracefully)
        {
            await session.Engine.Containers.StopAsync(id, StopGrace, cancellationToken).ConfigureAwait(false);
        }

        await session.Engine.Containers.RemoveAsync(id, cancellationToken).ConfigureAwait(false);
        Ledger.Remove(_name);
        _isRemoved = true;
    }

    private async Task<string> CreateAsync()
    {
        using var limit = new CancellationTokenSource(CreateLimit, timeProvider);
        Ledger.Intend(ResourceType.Container, _name);
        try
        {
            var id = await session.Engine.Containers.CreateAsync(spec, limit.Token).ConfigureAwait(false);
            Ledger.Confirm(_name);
            return id;
        }
        catch (EngineException e) when (e.Status is not null)
        {
            _isRefused = true;
            Ledger.Remove(_name);
            throw;
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException($"The engine did not create the container within {Text.Seconds(CreateLimit)}.", e);
        }
    }
}
