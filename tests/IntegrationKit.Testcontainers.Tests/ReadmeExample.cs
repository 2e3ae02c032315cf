using IntegrationKit.Testcontainers.Tests.Support;
using StackExchange.Redis;
using Testcontainers.Redis;

namespace IntegrationKit.Testcontainers.Tests;

/// <summary>The example in the package's README.</summary>
public sealed class ReadmeExample
{
    [Fact]
    public async Task Example_works()
    {
        await using var engine = await Kit.ConnectAsync();
        var (image, cancellationToken) = (Kit.Image("redis:7"), Kit.Cancellation);

        var redis = new TestcontainersService<RedisContainer>(labels => new RedisBuilder(image).WithLabel(labels).Build())
        {
            Reset = async (container, token) => await container.ExecAsync(["redis-cli", "FLUSHALL"], token),
        };

        await using var infra = await new TestInfrastructure().Register("redis", redis).StartAllAsync(cancellationToken);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Container.GetConnectionString());
        await connection.GetDatabase(0).StringSetAsync("order:1", "tea");
        await infra.ResetAllAsync(cancellationToken);

        Assert.False(await connection.GetDatabase(0).KeyExistsAsync("order:1"));
    }
}
