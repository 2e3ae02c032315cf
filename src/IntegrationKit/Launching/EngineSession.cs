using IntegrationKit.Engine;
using IntegrationKit.Ownership;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.Launching;

/// <summary>
/// What the infrastructures of this process share on one engine: the connection, the event stream, the images that are
/// known, the networks. It opens with the first user and closes with the last.
/// </summary>
internal sealed class EngineSession
{
    private static readonly TimeSpan SweepLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static readonly Dictionary<string, EngineSession> Open = new(StringComparer.Ordinal);

    private readonly CancellationTokenSource _end = new();
    private readonly string _key;
    private readonly Task _sweep;
    private int _users;

    private EngineSession(
        string key, IContainerEngine engine, ContainerEvents events, SessionGuard guard, ILogger logger, TimeProvider timeProvider)
    {
        (_key, Engine, Events, Guard) = (key, engine, events, guard);
        Images = new(engine, _end.Token);
        Networks = new(engine, guard, timeProvider);
        _sweep = SweepAsync(logger, timeProvider);
    }

    public SessionGuard Guard { get; }

    public IContainerEngine Engine { get; }

    public ContainerEvents Events { get; }

    public ImageResolver Images { get; }

    public NetworkPool Networks { get; }

    /// <summary>Opens the session, or joins the one that is open for this endpoint.</summary>
    /// <exception cref="EngineUnavailableException">No engine answered.</exception>
    public static async Task<EngineSession> JoinAsync(
        LauncherOptions options, ILogger logger, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        // The variable is part of the key: a program may point it to another engine between two infrastructures.
        var key = options.EngineEndpoint ?? Environment.GetEnvironmentVariable("DOCKER_HOST") ?? string.Empty;
        await Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!Open.TryGetValue(key, out var session))
            {
                session = await OpenAsync(key, options, logger, timeProvider, cancellationToken).ConfigureAwait(false);
                Open.Add(key, session);
            }

            session._users++;
            return session;
        }
        finally
        {
            Gate.Release();
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

    /// <summary>Closes the session where this was its last user.</summary>
    public async Task LeaveAsync()
    {
        await Gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (--_users > 0)
            {
                return;
            }

            Open.Remove(_key);
        }
        finally
        {
            Gate.Release();
        }

        await _end.CancelAsync().ConfigureAwait(false);
        await _sweep.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Events.DisposeAsync().ConfigureAwait(false);
        await Engine.DisposeAsync().ConfigureAwait(false);
        _end.Dispose();
    }

    private static async Task<EngineSession> OpenAsync(
        string key, LauncherOptions options, ILogger logger, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var guard = SessionGuard.For(key, logger, options.Watchdog);
        var engine = await EngineConnector.ConnectAsync(options.EngineEndpoint, ConnectTimeout, timeProvider, cancellationToken).ConfigureAwait(false);
        try
        {
            guard.Attach(engine);
            var events = await ContainerEvents.OpenAsync(engine, ResourceLabels.Filter, timeProvider, cancellationToken).ConfigureAwait(false);
            return new(key, engine, events, guard, logger, timeProvider);
        }
        catch
        {
            await engine.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Removes, in the background, what dead owners have left. It never fails a start.</summary>
    private async Task SweepAsync(ILogger logger, TimeProvider timeProvider)
    {
        using var limit = new CancellationTokenSource(SweepLimit, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _end.Token);
        try
        {
            var swept = await Sweeper.SweepAsync(Engine, olderThan: null, timeProvider.GetUtcNow(), either.Token).ConfigureAwait(false);
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
