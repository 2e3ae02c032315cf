using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;

namespace IntegrationKit.AspNetCore.Tests.Support;

/// <summary>A hosted service that notes what its host does with it.</summary>
internal sealed class NotingWorker(ConcurrentQueue<string> notes) : IHostedService, IAsyncDisposable
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        notes.Enqueue("stops");
        await WorkAsync();
        notes.Enqueue("stopped");
    }

    public async ValueTask DisposeAsync()
    {
        await WorkAsync();
        notes.Enqueue("disposed");
    }

    /// <summary>Long enough for somebody to do the next step too early.</summary>
    private static Task WorkAsync() => Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
}

/// <summary>A hosted service that does something before the application listens.</summary>
internal sealed class StartingWorker(Func<CancellationToken, Task> start) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => start(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>A hosted service that stops as the test says.</summary>
internal sealed class StoppingWorker(Func<CancellationToken, Task> stop) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => stop(cancellationToken);
}

/// <summary>Fails when the test says so, which stops its host.</summary>
internal sealed class FailingWorker(Task fails) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await fails.WaitAsync(stoppingToken);
        throw new InvalidOperationException("The worker broke.");
    }
}
