using IntegrationKit.Launching;
using IntegrationKit.Orchestration;
using IntegrationKit.Services;

namespace IntegrationKit.Tests.Launching.Support;

/// <summary>A service whose server can be shared. Its settings are its image's name.</summary>
internal sealed class SharableService(string image) : ServerService<SharableService.Part>(image)
{
    public Func<Task>? OnTake { get; init; }

    public Func<Task>? OnReset { get; init; }

    public Func<Task>? OnLeave { get; init; }

    /// <summary>Hands something of it out, so that a reset has to do.</summary>
    public Server Use() => GetSlice().Server;

    protected override ServerSpec Describe(DescribeContext context) => new();

    protected override async Task<Part> TakeSliceAsync(Server server, StartContext start, CancellationToken cancellationToken)
    {
        await (OnTake?.Invoke() ?? Task.CompletedTask);
        return new Part(server, this);
    }

    internal sealed class Part(Server server, SharableService service) : ServerSlice(server)
    {
        public override Task ResetAsync(CancellationToken cancellationToken) => service.OnReset?.Invoke() ?? Task.CompletedTask;

        public override async ValueTask DisposeAsync() => await (service.OnLeave?.Invoke() ?? Task.CompletedTask);
    }
}

/// <summary>An infrastructure without its facade: its services are started by a launcher of the test's.</summary>
internal sealed class LaunchedServices(TestInfrastructureOptions options, ILauncher launcher, params TestService[] services)
{
    private readonly Registration[] _registrations = Register(services);

    public Lifecycle Lifecycle { get; } = new(options, launcher);

    public IReadOnlyList<TestService> Services => services;

    /// <summary>Starts them, and throws what explains a failure.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await Lifecycle.StartAsync(() => ServicePlan.Make(_registrations), plan => plan.Services, cancellationToken) is { } failure)
        {
            throw failure;
        }
    }

    public Task StopAsync() => Lifecycle.StopAsync(TestContext.Current.CancellationToken);

    private static Registration[] Register(TestService[] services)
    {
        var owner = new object();
        return [.. services.Select((service, i) => new Registration($"service{i}", service, service.TryAdopt(owner, $"service{i}")))];
    }
}
