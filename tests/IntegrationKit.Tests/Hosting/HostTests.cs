using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace IntegrationKit.Tests.Hosting;

public sealed class HostTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Host_starts_it_before_every_other_service_and_stops_it_after_them()
    {
        var own = new OwnService();
        var witness = new Witness(own);
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddSingleton<IHostedService>(witness);
        builder.Services.AddTestInfrastructure(infra => infra.Register("own", own));
        using var host = builder.Build();

        await host.StartAsync(Cancellation);
        Assert.Equal(ServiceState.Running, own.State);
        await host.StopAsync(Cancellation);

        Assert.Equal(ServiceState.Stopped, own.State);
        Assert.Equal(
            ["StartingAsync Running", "StartAsync Running", "StartedAsync Running", "StoppingAsync Running", "StopAsync Running", "StoppedAsync Running"],
            witness.Seen);
        Assert.Equal(1, own.Starts);
    }

    [Fact]
    public async Task Host_that_is_only_disposed_stops_it_too()
    {
        var own = new OwnService();
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddTestInfrastructure(infra => infra.Register("own", own));
        using (var host = builder.Build())
        {
            await host.StartAsync(Cancellation);
        }

        Assert.Equal(ServiceState.Stopped, own.State);
    }

    [Fact]
    public async Task Start_that_fails_ends_the_start_of_the_host_and_leaves_nothing_running()
    {
        var (own, other) = (new OwnService(), new OwnService());
        var failing = new OwnService { FailsWith = new InvalidOperationException("no luck"), DependsOn = [own] };
        var witness = new Witness(own);
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddSingleton<IHostedService>(witness);
        builder.Services.AddTestInfrastructure(infra => infra.Register("own", own).Register("other", other).Register("failing", failing));
        using var host = builder.Build();

        var error = await Assert.ThrowsAsync<ServiceStartException>(() => host.StartAsync(Cancellation));

        Assert.Contains("no luck", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(ServiceState.Running, new[] { own.State, other.State, failing.State });
        Assert.Empty(witness.Seen);
    }

    [Fact]
    public async Task Other_service_that_fails_to_start_leaves_nothing_running_once_the_host_is_disposed()
    {
        var own = new OwnService();
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddTestInfrastructure(infra => infra.Register("own", own));
        builder.Services.AddSingleton<IHostedService>(new Witness(own) { FailsWith = new InvalidOperationException("no luck") });
        using (var host = builder.Build())
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync(Cancellation));
            Assert.Equal(1, own.Starts);
        }

        Assert.Equal(ServiceState.Stopped, own.State);
    }

    [Fact]
    public async Task Mistakes_of_a_configuration_end_the_start_of_the_host()
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddTestInfrastructure(Json.Read("""{ "a": { "type": "reddis" } }"""));
        using var host = builder.Build();

        var error = await Assert.ThrowsAsync<InfrastructureConfigurationException>(() => host.StartAsync(Cancellation));

        Assert.Single(error.Problems);
    }

    [Fact]
    public async Task Log_goes_where_that_of_the_host_goes()
    {
        using var log = new RecordingProvider();
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        builder.Services.AddTestInfrastructure(infra => infra.Register("own", new OwnService()));
        using var host = builder.Build();
        await host.StartAsync(Cancellation);

        Assert.Contains(log.Messages.ToArray(), each => each.StartsWith("IntegrationKit: own is ready", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Configuration_is_reloaded_when_the_host_has_started_and_stopped()
    {
        var infra = new TestInfrastructure().Register("own", new OwnService());
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration.AddTestInfrastructure(infra);
        builder.Services.AddTestInfrastructure(infra);
        using var host = builder.Build();
        IConfiguration configuration = builder.Configuration;
        var seen = new List<string?>();
        using var watch = ChangeToken.OnChange(configuration.GetReloadToken, () =>
            seen.Add(infra.Get("own").State == ServiceState.Running ? configuration.GetConnectionString("own") : null));

        await host.StartAsync(Cancellation);
        Assert.Equal("own://own/1", configuration.GetConnectionString("own"));
        await host.StopAsync(Cancellation);

        Assert.Equal(["own://own/1", null], seen);
    }

    [Fact]
    public async Task Configuration_that_is_disposed_is_no_longer_notified()
    {
        var infra = new TestInfrastructure().Register("own", new OwnService());
        var configuration = new ConfigurationManager();
        configuration.AddTestInfrastructure(infra);
        var told = 0;
        using var watch = ChangeToken.OnChange(((IConfiguration)configuration).GetReloadToken, () => told++);
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddTestInfrastructure(infra);
        using var host = builder.Build();
        configuration.Dispose();

        await host.StartAsync(Cancellation);

        Assert.Equal(0, told);
    }

    private sealed class Witness(TestService service) : IHostedLifecycleService
    {
        public List<string> Seen { get; } = [];

        public Exception? FailsWith { get; init; }

        public Task StartingAsync(CancellationToken cancellationToken) => Note(nameof(StartingAsync));

        public Task StartAsync(CancellationToken cancellationToken) => FailsWith is null ? Note(nameof(StartAsync)) : Task.FromException(FailsWith);

        public Task StartedAsync(CancellationToken cancellationToken) => Note(nameof(StartedAsync));

        public Task StoppingAsync(CancellationToken cancellationToken) => Note(nameof(StoppingAsync));

        public Task StopAsync(CancellationToken cancellationToken) => Note(nameof(StopAsync));

        public Task StoppedAsync(CancellationToken cancellationToken) => Note(nameof(StoppedAsync));

        private Task Note(string step)
        {
            Seen.Add($"{step} {service.State}");
            return Task.CompletedTask;
        }
    }

    private sealed class RecordingProvider : ILoggerProvider
    {
        public System.Collections.Concurrent.ConcurrentQueue<string> Messages { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Recorder(categoryName, Messages);

        public void Dispose()
        {
        }

        private sealed class Recorder(string category, System.Collections.Concurrent.ConcurrentQueue<string> messages) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                messages.Enqueue($"{category}: {formatter(state, exception)}");
        }
    }
}
