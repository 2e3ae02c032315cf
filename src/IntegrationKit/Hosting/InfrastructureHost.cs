using Microsoft.Extensions.Hosting;

namespace IntegrationKit.Hosting;

/// <summary>
/// Starts the infrastructure before any other hosted service starts, and stops it when all others have stopped. A host
/// that knows no such order, or is never stopped, is served by <see cref="StartAsync"/> and by the provider's disposal.
/// </summary>
internal sealed class InfrastructureHost(TestInfrastructure infrastructure) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => StartAsync(cancellationToken);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var ran = infrastructure.Services.All(each => each.State == ServiceState.Running);
        await infrastructure.StartAllAsync(cancellationToken).ConfigureAwait(false);
        if (!ran)
        {
            AddressChange.Of(infrastructure).Tell();
        }
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        await infrastructure.StopAllAsync(cancellationToken).ConfigureAwait(false);
        AddressChange.Of(infrastructure).Tell();
    }
}
