using Microsoft.Extensions.Hosting;

namespace IntegrationKit.AspNetCore;

/// <summary>
/// The application's host. When a test stops it, the program's own <c>Run</c> wants to stop and dispose of it as well: each is
/// done once, the disposal after the stop, whoever asks first.
/// </summary>
internal sealed class StopOnceHost(IHost host, Action ending) : IHost, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _cut = new();
    private readonly TaskCompletionSource _mayBeDisposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _stop;
    private Task? _disposal;

    public IServiceProvider Services => host.Services;

    public Task StartAsync(CancellationToken cancellationToken = default) => host.StartAsync(cancellationToken);

    /// <summary>Stops it, or waits for a stop that has begun; a cancelled token ends the grace of that one, too.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        using var cut = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _cut);
        await BeginStop().ConfigureAwait(false);
    }

    /// <summary>
    /// A disposal waits for this: a program whose host does not start disposes of it at once, and the factory could not ask it
    /// any more why.
    /// </summary>
    public void AllowDisposal() => _mayBeDisposed.TrySetResult();

    /// <summary>Stops it and disposes of it, or waits until whoever has begun that is done.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        AllowDisposal();
        try
        {
            await StopAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _ = TryBeginDisposal(out var disposal);
            await disposal.ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The container of the host's services disposes of this object, too, in the middle of the disposal, and must not wait for itself.
        if (TryBeginDisposal(out var disposal))
        {
            await disposal.ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        if (TryBeginDisposal(out var disposal))
        {
            disposal.GetAwaiter().GetResult();
        }
    }

    /// <summary>On the pool, since the application's code may block its thread.</summary>
    private Task BeginStop()
    {
        lock (_gate)
        {
            // What has been disposed of cannot be stopped any more.
            return _stop ??= _disposal is null ? Task.Run(() => host.StopAsync(_cut.Token)) : Task.CompletedTask;
        }
    }

    /// <returns>Whether it was begun by this call.</returns>
    private bool TryBeginDisposal(out Task disposal)
    {
        lock (_gate)
        {
            var isFirst = _disposal is null;
            disposal = _disposal ??= Task.Run(() => DisposeAfterAsync(_stop ?? Task.CompletedTask));
            return isFirst;
        }
    }

    private async Task DisposeAfterAsync(Task stop)
    {
        ending();
        await _mayBeDisposed.Task.ConfigureAwait(false);
        await stop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
