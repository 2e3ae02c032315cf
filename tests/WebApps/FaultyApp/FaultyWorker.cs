namespace FaultyApp;

internal sealed class FaultyWorker(string fault, ILogger<FaultyWorker> logger, IConfiguration configuration) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        switch (fault)
        {
            case "hangs while starting":
                return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
            case "logs and throws":
                logger.LogWarning("Connecting with {ConnectionString} fails", configuration["ConnectionStrings:Orders"]);
                throw new InvalidOperationException($"There is no server at {configuration["ConnectionStrings:Orders"]}.");
        }

        throw new InvalidOperationException("The worker has no work.");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
