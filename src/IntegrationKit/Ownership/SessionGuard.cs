using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using IntegrationKit.Engine;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.Ownership;

/// <summary>
/// Makes sure that what this process makes on one engine is removed when the process ends: at an orderly exit by the ledger,
/// within 5 s, and at any other by a watchdog. The watchdog also removes what an orderly exit could not: what the engine
/// refused to remove, and what it may still be making.
/// </summary>
/// <remarks>
/// Where a watchdog runs, no signals are handled here. A program's own handler may keep the process alive, and it may run
/// after ours, so that only the end of the process itself is certain.
/// </remarks>
internal sealed class SessionGuard
{
    private static readonly TimeSpan ExitLimit = TimeSpan.FromSeconds(5);
    private static readonly ConcurrentDictionary<string, Lazy<SessionGuard>> Guards = new(StringComparer.Ordinal);

    private readonly WatchdogClient _watchdog;
    private readonly List<PosixSignalRegistration> _signals = [];
    private IContainerEngine? _engine;
    private int _isWatching;

    public SessionGuard(WatchdogClient watchdog) => _watchdog = watchdog;

    public Ledger Ledger { get; } = new();

    /// <summary>
    /// The guard of an engine, one per process. Its watchdog starts while the caller looks for the engine.
    /// </summary>
    /// <param name="key">Where the engine is looked for.</param>
    /// <param name="logger">Gets one warning where there is no watchdog.</param>
    /// <param name="withWatchdog">Whether to start one; what the first caller says holds.</param>
    public static SessionGuard For(string key, ILogger logger, bool withWatchdog) =>
        Guards.GetOrAdd(key, _ => new(() =>
        {
            var guard = new SessionGuard(WatchdogClient.Start(ResourceLabels.Filter, logger, withWatchdog));
            AppDomain.CurrentDomain.ProcessExit += (_, _) =>
            {
                ProcessEnd.Begin();
                guard.End();
            };
            return guard;
        })).Value;

    /// <summary>Tells the guard which engine it is. At the exit, the latest one is used.</summary>
    public void Attach(IContainerEngine engine)
    {
        Volatile.Write(ref _engine, engine);
        if (Interlocked.Exchange(ref _isWatching, 1) == 0)
        {
            _watchdog.Watch(engine.Endpoint);
        }
    }

    /// <summary>Waits until the watchdog is at work; nothing may be made on the engine before. At most 10 s.</summary>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        await _watchdog.ReadyAsync(cancellationToken).ConfigureAwait(false);
        lock (_signals)
        {
            if (_watchdog.ProcessId is null && _signals.Count == 0)
            {
                _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
                _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
            }
        }
    }

    /// <summary>
    /// The end of the process: removes what there is, within 5 s, and stops the watchdog where nothing is left and the engine
    /// is making nothing more.
    /// </summary>
    public void End()
    {
        Release();
        if (Ledger.TryClose())
        {
            // The message has been sent when this returns. Nobody needs to wait until the watchdog has ended.
            _ = _watchdog.StopAsync();
        }
    }

    private void OnSignal(PosixSignalContext context)
    {
        // A handler that ran before has kept the process alive.
        if (!context.Cancel)
        {
            Release();
        }
    }


    private void Release()
    {
        if (Ledger.IsEmpty || Volatile.Read(ref _engine) is not { } engine)
        {
            return;
        }

        using var limit = new CancellationTokenSource(ExitLimit, TimeProvider.System);
        // The process ends when this returns, so there is nothing to await it with.
        Task.Run(() => Ledger.ReleaseAsync(engine, limit.Token), CancellationToken.None).Wait(ExitLimit);
    }
}
