using Microsoft.Extensions.Hosting;

namespace IntegrationKit.AspNetCore;

/// <summary>Stops and disposes a host.</summary>
internal static class HostEnd
{
    /// <summary>What runs in it may take this long to end by itself; requests under way are then cut.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    public static async Task StopAsync(IHost host, string service, ServiceContext context, CancellationToken cancellationToken)
    {
        using var grace = new CancellationTokenSource(Grace, context.TimeProvider);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(grace.Token, cancellationToken);
        try
        {
            await host.StopAsync(limit.Token).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The program has ended by itself and has taken its host along.
        }
        catch (OperationCanceledException) when (grace.IsCancellationRequested)
        {
            WebAppLog.Cut(context.Logger, service, Grace.TotalSeconds);
        }
        finally
        {
            await DisposeAsync(host).ConfigureAwait(false);
        }
    }

    /// <summary>After a failed start, whose story must not be hidden by what the clean-up says.</summary>
    public static async Task LetGoAsync(IHost? host, string service, ServiceContext context)
    {
        if (host is null)
        {
            return;
        }

        try
        {
            await StopAsync(host, service, context, CancellationToken.None).WaitAsync(Grace * 2, context.TimeProvider).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever the application's own code throws.
        catch (Exception e)
#pragma warning restore CA1031
        {
            WebAppLog.NotStopped(context.Logger, e, service);
        }
    }

    private static async ValueTask DisposeAsync(IHost host)
    {
        if (host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync().ConfigureAwait(false);
        }
        else
        {
            host.Dispose();
        }
    }
}
