using IntegrationKit.Diagnostics;
using IntegrationKit.Engine;
using IntegrationKit.Ownership;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.Launching.Containers;

/// <summary>
/// What the infrastructures of this process share on one engine: the connection, the event stream, the images that are
/// known, the networks.
/// </summary>
internal sealed class EngineSession
{
    private static readonly TimeSpan SweepLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _end = new();
    private readonly TimeProvider _timeProvider;
    private readonly Task _sweep;

    private EngineSession(IContainerEngine engine, ContainerEvents events, SessionGuard guard, ILogger logger, TimeProvider timeProvider)
    {
        (Engine, Events, Guard, _timeProvider) = (engine, events, guard, timeProvider);
        Images = new(engine, _end.Token);
        Networks = new(engine, guard, timeProvider);
        _sweep = SweepAsync(logger);
    }

    public SessionGuard Guard { get; }

    public IContainerEngine Engine { get; }

    public ContainerEvents Events { get; }

    public ImageResolver Images { get; }

    public NetworkPool Networks { get; }

    /// <exception cref="EngineUnavailableException">No engine answered.</exception>
    public static async Task<EngineSession> OpenAsync(
        string key, LauncherOptions options, ILogger logger, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var guard = SessionGuard.For(key, logger, options.Watchdog);
        var engine = await EngineConnector.ConnectAsync(options.EngineEndpoint, ConnectTimeout, timeProvider, cancellationToken).ConfigureAwait(false);
        try
        {
            guard.Attach(engine);
            var events = await ContainerEvents.OpenAsync(engine, ResourceLabels.Filter, timeProvider, cancellationToken).ConfigureAwait(false);
            return new(engine, events, guard, logger, timeProvider);
        }
        catch
        {
            await engine.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Sweeps on demand, over a connection of its own.</summary>
    /// <exception cref="EngineUnavailableException">No engine answered.</exception>
    public static async Task<IReadOnlyList<SweptResource>> SweepAsync(
        string? endpoint, TimeSpan? olderThan, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var engine = await EngineConnector.ConnectAsync(endpoint, ConnectTimeout, timeProvider, cancellationToken).ConfigureAwait(false);
        await using (engine.ConfigureAwait(false))
        {
            return await Sweeper.SweepAsync(engine, olderThan, timeProvider.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Asks for an engine, over a connection of its own.</summary>
    /// <exception cref="EngineUnavailableException">No engine answered.</exception>
    public static async Task EnsureEngineAsync(string? endpoint, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var engine = await EngineConnector.ConnectAsync(endpoint, ConnectTimeout, timeProvider, cancellationToken).ConfigureAwait(false);
        await engine.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Ends the event stream and the connection, within 10 s.</summary>
    public async Task CloseAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _sweep.WaitAsync(CloseLimit, _timeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Events.DisposeAsync().AsTask().WaitAsync(CloseLimit, _timeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Engine.DisposeAsync().ConfigureAwait(false);
        _end.Dispose();
    }

    /// <summary>Removes, in the background, what dead owners have left. It never fails a start.</summary>
    private async Task SweepAsync(ILogger logger)
    {
        using var limit = new CancellationTokenSource(SweepLimit, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _end.Token);
        try
        {
            var swept = await Sweeper.SweepAsync(Engine, olderThan: null, _timeProvider.GetUtcNow(), either.Token).ConfigureAwait(false);
            if (swept.Count > 0)
            {
                Log.Swept(logger, string.Join(", ", swept.Select(each => $"{each.Kind} {each.Name}")));
            }
        }
        catch (Exception e) when (e is EngineException or OperationCanceledException)
        {
            // The next session tries again.
        }
    }
}
