using IntegrationKit.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace IntegrationKit.Tests.Hosting;

public sealed class ServiceCollectionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Infrastructure_is_one_object_and_stops_with_the_provider()
    {
        var own = new OwnService();
        await using (var provider = new ServiceCollection().AddTestInfrastructure(infra => infra.Register("own", own)).BuildServiceProvider(validateScopes: true))
        {
            var infra = provider.GetRequiredService<TestInfrastructure>();
            Assert.Same(infra, provider.GetRequiredService<TestInfrastructure>());
            Assert.Equal(ServiceState.Registered, own.State);
            await infra.StartAllAsync(Cancellation);
            Assert.Equal(ServiceState.Running, own.State);
        }

        Assert.Equal(ServiceState.Stopped, own.State);
    }

    [Fact]
    public async Task Services_are_found_by_type_and_name()
    {
        await using var provider = new ServiceCollection()
            .AddTestInfrastructure(infra => infra.Register("a", new RedisService()).Register("b", new RedisService()).Register("db", new PostgresService()))
            .BuildServiceProvider();
        var infra = provider.GetRequiredService<TestInfrastructure>();

        Assert.Same(infra.Get("a"), provider.GetRequiredKeyedService<RedisService>("a"));
        Assert.Same(infra.Get("b"), provider.GetRequiredKeyedService<RedisService>("b"));
        Assert.Same(infra.Get("db"), provider.GetRequiredService<PostgresService>());
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_named()
    {
        await using var provider = new ServiceCollection()
            .AddTestInfrastructure(infra => infra.Register("a", new RedisService()).Register("b", new RedisService())).BuildServiceProvider();

        Assert.Equal("There is no service 'c'. Registered: 'a' and 'b'.", Assert.Throws<KeyNotFoundException>(() => provider.GetRequiredKeyedService<RedisService>("c")).Message);
        Assert.Equal("Service 'a' is a RedisService, not a PostgresService.", Assert.Throws<InvalidCastException>(() => provider.GetRequiredKeyedService<PostgresService>("a")).Message);
        Assert.Equal("No PostgresService is registered with the TestInfrastructure.", Assert.Throws<InvalidOperationException>(provider.GetRequiredService<PostgresService>).Message);
        Assert.Equal(
            "Several RedisService are registered: 'a' and 'b'. Ask for one by its name, as with [FromKeyedServices].",
            Assert.Throws<InvalidOperationException>(provider.GetRequiredService<RedisService>).Message);
        Assert.Equal(
            "The key of a RedisService is the name under which it is registered, a string, not '1'.",
            Assert.Throws<InvalidOperationException>(() => provider.GetRequiredKeyedService<RedisService>(1)).Message);
    }

    [Fact]
    public async Task A_registration_of_ones_own_stays()
    {
        var own = new RedisService();
        await using var provider = new ServiceCollection().AddSingleton(own).AddTestInfrastructure(infra => infra.Register("a", new RedisService())).BuildServiceProvider();

        Assert.Same(own, provider.GetRequiredService<RedisService>());
    }

    [Fact]
    public async Task Calls_add_to_one_infrastructure()
    {
        var options = new TestInfrastructureOptions();
        await using var provider = new ServiceCollection()
            .AddTestInfrastructure(infra => infra.Register("a", new OwnService()))
            .AddTestInfrastructure(Json.Read("""{ "b": { "type": "redis" } }"""), options: options)
            .AddTestInfrastructure(infra => infra.Register("c", new OwnService()))
            .BuildServiceProvider();

        Assert.Equal(["a", "b", "c"], Assert.Single(provider.GetServices<TestInfrastructure>()).Services.Select(each => each.Name));
    }

    [Fact]
    public void Options_or_an_infrastructure_can_be_given_once()
    {
        var services = new ServiceCollection().AddTestInfrastructure(_ => { }, new TestInfrastructureOptions());

        var error = Assert.Throws<InvalidOperationException>(() => services.AddTestInfrastructure(new TestInfrastructure()));

        Assert.Equal("An earlier AddTestInfrastructure gave options or an infrastructure; only one call can.", error.Message);
        Assert.Throws<InvalidOperationException>(() => services.AddTestInfrastructure(_ => { }, new TestInfrastructureOptions()));
    }

    [Fact]
    public async Task Existing_infrastructure_is_used()
    {
        var own = new OwnService();
        var infra = new TestInfrastructure().Register("own", own);
        await infra.StartAllAsync(Cancellation);

        await using (var provider = new ServiceCollection().AddTestInfrastructure(infra).BuildServiceProvider())
        {
            Assert.Same(infra, provider.GetRequiredService<TestInfrastructure>());
        }

        Assert.Equal(ServiceState.Stopped, own.State);
    }

    [Fact]
    public async Task Mistakes_of_a_configuration_are_reported_when_it_is_resolved()
    {
        await using var provider = new ServiceCollection()
            .AddTestInfrastructure(Json.Read("""{ "a": { "type": "own", "topik": "x" }, "b": { "type": "redsi" } }"""), new ServiceTypes().Add<OwnService>("own"))
            .BuildServiceProvider();

        var error = Assert.Throws<InfrastructureConfigurationException>(provider.GetRequiredService<TestInfrastructure>);

        Assert.Collection(
            error.Problems,
            each => Assert.StartsWith("a:topik is not a setting of the type 'own'. Did you mean 'topic'?", each, StringComparison.Ordinal),
            each => Assert.Equal("b:type is 'redsi', which is not a known type. Did you mean 'redis'? Known: 'api', 'container', 'own', 'postgres' and 'redis'.", each));
    }

    [Fact]
    public void Options_take_the_log_of_the_provider_and_keep_everything_else()
    {
        using var log = new LoggerFactory();
        var options = new TestInfrastructureOptions
        {
            StartTimeout = TimeSpan.FromSeconds(1),
            StopTimeout = TimeSpan.FromSeconds(2),
            ResetTimeout = TimeSpan.FromSeconds(3),
            MaxParallelism = 5,
            EngineEndpoint = "unix:///x",
            ImagePrefix = "p",
            PublishPortsOnAllInterfaces = true,
            Watchdog = false,
            Progress = new Progress<ServiceProgress>(),
            TimeProvider = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(),
        };

        var copy = InfrastructureSetup.WithLog(options, log);

        Assert.Same(log, copy.LoggerFactory);
        Assert.Same(NullLoggerFactory.Instance, options.LoggerFactory);
        Assert.All(
            typeof(TestInfrastructureOptions).GetProperties().Where(each => each.Name != nameof(TestInfrastructureOptions.LoggerFactory)),
            each => Assert.Equal(each.GetValue(options), each.GetValue(copy)));
    }

    [Fact]
    public void Options_with_a_log_of_their_own_keep_it()
    {
        using var own = new LoggerFactory();
        using var log = new LoggerFactory();
        var options = new TestInfrastructureOptions { LoggerFactory = own };

        Assert.Same(options, InfrastructureSetup.WithLog(options, log));
        Assert.Same(options, InfrastructureSetup.WithLog(options, log: null));
    }
}
