using Microsoft.Extensions.Logging;

namespace IntegrationKit.Launching.Containers;

/// <summary>One launcher's use of the engine's session: joined at the first need, left once.</summary>
internal sealed class SessionMembership(LauncherOptions options, ILogger logger, TimeProvider timeProvider)
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private EngineSession? _session;

    /// <exception cref="EngineUnavailableException">No engine answered.</exception>
    public async Task<EngineSession> JoinAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _session) is { } joined)
        {
            return joined;
        }

        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _session ??= await EngineSessions.JoinAsync(options, logger, timeProvider, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Interlocked.Exchange(ref _session, null) is { } session)
            {
                await EngineSessions.LeaveAsync(session).ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }
}
