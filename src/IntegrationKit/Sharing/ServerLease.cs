using IntegrationKit.Diagnostics;
using IntegrationKit.Launching;

namespace IntegrationKit.Sharing;

/// <summary>The use of a server by one service. An own server is one that nobody else can lease.</summary>
internal sealed class ServerLease(ServerInstance instance, Task predecessorGone) : IAsyncDisposable, IEvidenceSource
{
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

    public Task CollectEvidenceAsync(StartEvidence evidence) => instance.CollectEvidenceAsync(evidence);

    /// <summary>The server gets no further users: it does not answer, or not as it should.</summary>
    public void RetireServer() => SharedServers.Retire(instance);

    /// <summary>Gives the server back, which stops it if nobody else uses it. If that fails, the next call tries again.</summary>
    public ValueTask DisposeAsync() => new(SharedServers.ReturnAsync(instance, isFirstTime: Interlocked.Exchange(ref _hasEnded, 1) == 0));
}
