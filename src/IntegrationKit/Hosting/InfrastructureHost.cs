using Microsoft.Extensions.Hosting;

namespace IntegrationKit.Hosting;

/// <summary>
/// Starts the infrastructure before any other hosted service starts, and stops it when all others have stopped. In a host
/// without that order <see cref="StartAsync"/> starts it, and where a host is never stopped the provider's disposal stops it.
/// </summary>
internal sealed class InfrastructureHost(TestInfrastructure infrastructure) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => StartAsync(cancellationToken);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var wasRunning = infrastructure.Services.All(each => each.State == ServiceState.Running);
        await infrastructure.StartAllAsync(cancellationToken).ConfigureAwait(false);
        if (!wasRunning)
        {
            AddressChange.Of(infrastructure).Notify();
        }
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        await infrastructure.StopAllAsync(cancellationToken).ConfigureAwait(false);
        AddressChange.Of(infrastructure).Notify();
    }
}
