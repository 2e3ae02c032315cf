using IntegrationKit.Diagnostics;
using IntegrationKit.Launching;
using IntegrationKit.Limits;

namespace IntegrationKit.Sharing;

/// <summary>The use of a server by one service. An own server is one that nobody else can lease.</summary>
internal sealed class ServerLease(ServerInstance instance, Task predecessorGone) : IAsyncDisposable, IEvidenceSource
{
    // A step that takes longer may be waiting for a server that hangs.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private int _hasEnded;

    public Server Server => instance.Server;

    public IServer Process => instance.Process;

    /// <summary>Returns the server when it is ready.</summary>
    public async Task<Server> WaitAsync(LaunchContext user)
    {
        await predecessorGone.WaitAsync(user.Deadline.Token).ConfigureAwait(false);
        await instance.WaitAsync(user).ConfigureAwait(false);
        return instance.Server;
    }

    /// <summary>Whether the server gave no answer when it was asked last.</summary>
    public bool IsSilent => instance.IsSilent;

    /// <summary>Says that the server runs but does not answer; null if it does.</summary>
    public Task<string?> FindSilenceAsync(CancellationToken cancellationToken) => instance.FindSilenceAsync(cancellationToken);

    /// <summary>Waits for a step that uses the server, as long as the server answers.</summary>
    /// <param name="running">The step.</param>
    /// <param name="silent">Cancelled if the server does not answer.</param>
    /// <param name="cancellationToken">The step's own. When it is cancelled, the step alone decides when it ends.</param>
    /// <exception cref="SilentServerException">It does not answer.</exception>
    public async Task WatchAsync(Task running, CancellationTokenSource silent, CancellationToken cancellationToken)
    {
        var time = Server.TimeProvider;
        while (!running.IsCompleted && !cancellationToken.IsCancellationRequested)
        {
            await running.WaitAsync(Patience, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (running.IsCompleted || cancellationToken.IsCancellationRequested || await FindSilenceAsync(CancellationToken.None).ConfigureAwait(false) is not { } silence)
            {
                continue;
            }

            // A client may try to reach the server when it is cancelled, so that this too takes its time.
            var cancelled = silent.CancelAsync().Observed();
            await Task.WhenAll(cancelled, running).WaitAsync(BoundedCall.Grace, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!running.IsCompletedSuccessfully)
            {
                _ = running.Observed();
                throw new SilentServerException(silence);
            }
        }

        await running.ConfigureAwait(false);
    }

    public Task CollectEvidenceAsync(StartEvidence evidence) => instance.CollectEvidenceAsync(evidence);

    /// <summary>The server gets no further users: it does not answer, or not as it should.</summary>
    public void RetireServer() => SharedServers.Retire(instance);

    /// <summary>Gives the server back, which stops it if nobody else uses it. If that fails, the next call tries again.</summary>
    public ValueTask DisposeAsync() => new(SharedServers.ReturnAsync(instance, isFirstTime: Interlocked.Exchange(ref _hasEnded, 1) == 0));
}
