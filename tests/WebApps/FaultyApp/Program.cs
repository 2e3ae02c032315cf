using FaultyApp;

// The fault is told by an environment variable, which is there before there is a configuration.
var fault = Environment.GetEnvironmentVariable("Fault");
switch (fault)
{
    case "throws":
        throw new InvalidOperationException("The fuse is blown.");
    case "returns":
        return;
    case "hangs":
        Signals.Reach();
        Signals.Release.Wait();
        break;
}

var builder = WebApplication.CreateBuilder();
if (fault == "misspelt")
{
    _ = builder.Configuration.GetConnectionString("Orders") ?? throw new InvalidOperationException("No connection string.");
}

if (fault is "throws while starting" or "hangs while starting" or "logs and throws")
{
    builder.Services.AddHostedService(services => new FaultyWorker(fault, services.GetRequiredService<ILogger<FaultyWorker>>(), services.GetRequiredService<IConfiguration>()));
}

WebApplication app;
try
{
    app = builder.Build();
}
catch (OperationCanceledException)
{
    Signals.Refuse();
    throw;
}

switch (fault)
{
    case "builds only":
        return;
    case "never runs":
        Signals.Release.Wait();
        return;
    case "disposes early":
        await app.StartAsync();
        await Signals.StoppingOf(app);
        await app.DisposeAsync();
        return;
    case "stops":
        app.MapGet("/health", (IHostApplicationLifetime lifetime) =>
        {
            lifetime.StopApplication();
            return Results.StatusCode(503);
        });
        break;
    case "unhealthy":
        app.MapGet("/health", () => Results.StatusCode(503));
        break;
    default:
        app.MapGet("/health", () => "healthy");
        app.MapGet("/slow", async (CancellationToken cancellation) =>
        {
            Signals.Reach();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        });
        break;
}

app.Run();
