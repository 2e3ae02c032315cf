using IntegrationKit.Engine;
using IntegrationKit.Ownership;

namespace IntegrationKit.Launching;

/// <summary>
/// What the infrastructures of this process share on one engine: the connection, the event stream, the images that are
/// known, the networks. It opens with the first user and closes with the last.
/// </summary>
internal sealed class EngineSession
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static readonly Dictionary<string, EngineSession> Open = new(StringComparer.Ordinal);

    private readonly CancellationTokenSource _end = new();
    private readonly string _key;
    private int _users;

    private EngineSession(string key, IContainerEngine engine, ContainerEvents events, TimeProvider timeProvider)
    {
        (_key, Engine, Events) = (key, engine, events);
        Images = new(engine, _end.Token);
        Networks = new(engine, timeProvider);
    }

    public IContainerEngine Engine { get; }

    public ContainerEvents Events { get; }

    public ImageResolver Images { get; }

    public NetworkPool Networks { get; }

    /// <summary>Opens the session, or joins the one that is open for this endpoint.</summary>
    /// <exception cref="EngineUnavailableException">No engine answered.</exception>
    public static async Task<EngineSession> JoinAsync(string? endpoint, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        // The variable is part of the key: a program may point it to another engine between two infrastructures.
        var key = endpoint ?? Environment.GetEnvironmentVariable("DOCKER_HOST") ?? string.Empty;
        await Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!Open.TryGetValue(key, out var session))
            {
                session = await OpenAsync(key, endpoint, timeProvider, cancellationToken).ConfigureAwait(false);
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
        await Events.DisposeAsync().ConfigureAwait(false);
        await Engine.DisposeAsync().ConfigureAwait(false);
        _end.Dispose();
    }

    private static async Task<EngineSession> OpenAsync(string key, string? endpoint, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var engine = await EngineConnector.ConnectAsync(endpoint, ConnectTimeout, timeProvider, cancellationToken).ConfigureAwait(false);
        try
        {
            var events = await ContainerEvents.OpenAsync(engine, Session.Filter, timeProvider, cancellationToken).ConfigureAwait(false);
            return new(key, engine, events, timeProvider);
        }
        catch
        {
            await engine.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
