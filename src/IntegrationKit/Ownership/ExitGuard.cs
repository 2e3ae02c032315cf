using System.Runtime.InteropServices;
using IntegrationKit.Engine;

namespace IntegrationKit.Ownership;

/// <summary>
/// Releases a ledger when the process ends in an orderly way, within 5 s. Signals are left alone where a watchdog runs,
/// since nobody can know whether the program's own handler, which may run later, will keep the process alive.
/// </summary>
internal sealed class ExitGuard : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly IContainerEngine _engine;
    private readonly Ledger _ledger;
    private readonly TimeProvider _timeProvider;
    private readonly PosixSignalRegistration[] _signals;

    public ExitGuard(IContainerEngine engine, Ledger ledger, bool handleSignals, TimeProvider timeProvider)
    {
        (_engine, _ledger, _timeProvider) = (engine, ledger, timeProvider);
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
        _signals = handleSignals
            ? [PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal), PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal)]
            : [];
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }
    }

    private void OnProcessExit(object? sender, EventArgs arguments) => Release();

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
        if (_ledger.IsEmpty)
        {
            return;
        }

        using var limit = new CancellationTokenSource(Limit, _timeProvider);
        // The process ends when this returns, so there is nothing to await it with.
        Task.Run(() => _ledger.ReleaseAsync(_engine, limit.Token), CancellationToken.None).Wait(Limit);
    }
}
