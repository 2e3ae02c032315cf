using System.Runtime.CompilerServices;
using IntegrationKit.Limits;
using IntegrationKit.Sharing;

namespace IntegrationKit.Services;

/// <summary>A service's server, own or shared, and its slice of it if it has one.</summary>
internal sealed class ServerRun(
    ServerLease lease, ServerSlice? slice, Func<Server, CancellationToken, Task> resetServer, string? networkHost, bool isReachedUnasked) : ServiceRun
{
    // How long a stop tries to dispose of the slice, and waits for the engine to report that the server has ended.
    private static readonly TimeSpan SliceLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan EndLimit = TimeSpan.FromMilliseconds(500);

    private volatile bool _isTouched = isReachedUnasked;
    private bool _hasLeftSlice;

    public Server Server => lease.Server;

    public ServerSlice? Slice => slice;

    /// <summary>The host name at which others of its infrastructure reach it; null if it is on no network.</summary>
    public string? NetworkHost => networkHost;

    internal override bool IsTouched => _isTouched;

    public override async Task<string?> FindEndAsync(CancellationToken cancellationToken) =>
        await lease.Process.FindEndAsync(cancellationToken).ConfigureAwait(false)
        ?? (slice is null ? null : await slice.FindEndAsync(cancellationToken).ConfigureAwait(false))
        ?? await lease.FindSilenceAsync(cancellationToken).ConfigureAwait(false);

    public override async IAsyncEnumerable<LogLine> ReadLogAsync(LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (query.Since is { } since)
        {
            query = query with { Since = await lease.Process.ToServerTimeAsync(since, cancellationToken).ConfigureAwait(false) };
        }

        await foreach (var line in (slice?.ReadLogAsync(query, cancellationToken) ?? lease.Process.ReadLogAsync(query, cancellationToken)).ConfigureAwait(false))
        {
            yield return line;
        }
    }

    public override Task ResetAsync(CancellationToken cancellationToken)
    {
        var silent = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reset = slice?.ResetAsync(silent.Token) ?? resetServer(Server, silent.Token);
        if (!reset.IsCompleted)
        {
            return WatchAsync(reset, silent, cancellationToken);
        }

        silent.Dispose();
        return reset;
    }

    public override Task CaptureBaselineAsync(CancellationToken cancellationToken) => slice?.CaptureBaselineAsync(cancellationToken) ?? base.CaptureBaselineAsync(cancellationToken);

    public override async Task<IReadOnlyList<Leftover>> FindLeftoversAsync(CancellationToken cancellationToken)
    {
        if (slice is null)
        {
            return [];
        }

        using var silent = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var finding = slice.FindLeftoversAsync(silent.Token);
        await lease.WatchAsync(finding, silent, cancellationToken).ConfigureAwait(false);
        return await finding.ConfigureAwait(false);
    }

    public override async ValueTask DisposeAsync()
    {
        try
        {
            await LeaveSliceAsync().ConfigureAwait(false);
        }
        finally
        {
            await lease.DisposeAsync().ConfigureAwait(false);
        }
    }

    internal override void Touch() => _isTouched = true;

    private async Task WatchAsync(Task reset, CancellationTokenSource silent, CancellationToken cancellationToken)
    {
        using (silent)
        {
            await lease.WatchAsync(reset, silent, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Tried once: if the slice cannot be disposed of, the server gets no further users, and what is left ends with it. If the server
    /// does not answer, that is no failure.
    /// </summary>
    private async Task LeaveSliceAsync()
    {
        if (slice is null || _hasLeftSlice)
        {
            return;
        }

        _hasLeftSlice = true;
        var disposal = slice.DisposeAsync().AsTask().Observed();
        if (lease.IsSilent)
        {
            return;
        }

        try
        {
            using var silent = new CancellationTokenSource();
            await lease.WatchAsync(disposal, silent, CancellationToken.None).WaitAsync(SliceLimit, Server.TimeProvider).ConfigureAwait(false);
        }
        catch (SilentServerException)
        {
        }
        catch (Exception)
        {
            // If the server has died, the slice has ended with it. The engine reports that a moment later.
            await lease.Process.Ended.WaitAsync(EndLimit, Server.TimeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!lease.Process.Ended.IsCompleted && await lease.FindSilenceAsync(CancellationToken.None).ConfigureAwait(false) is null)
            {
                lease.RetireServer();
                throw;
            }
        }
    }
}
