using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Scenarios.OwnServices;

/// <summary>Services of one's own in a configuration and in a service collection.</summary>
public sealed class HostingTests
{
    [Fact]
    [RequiresInfrastructure]
    public async Task Services_come_from_a_configuration_and_are_found_by_name()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """{ "cache": { "type": "memcached", "memoryLimit": 67108864 }, "broker": { "type": "nats" } }""");
        var configuration = new ConfigurationBuilder().AddJsonFile(file).Build();
        var services = new ServiceCollection();
        var types = new ServiceTypes().Add<MemcachedService>("memcached").Add<NatsService>("nats");
        services.AddTestInfrastructure(configuration, types);
        await using var provider = services.BuildServiceProvider();
        var infra = provider.GetRequiredService<TestInfrastructure>();
        await infra.StartAllAsync();

        Assert.Equal(infra.Get<MemcachedService>("cache").ConnectionString, infra.GetConnectionString("cache"));
        Assert.Same(infra.Get("broker"), provider.GetRequiredKeyedService<NatsService>("broker"));
        Assert.Equal(67_108_864, provider.GetRequiredService<MemcachedService>().MemoryLimit);
        File.Delete(file);
    }
}
