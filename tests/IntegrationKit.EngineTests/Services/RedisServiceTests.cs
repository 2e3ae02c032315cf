using IntegrationKit.EngineTests.Support;
using StackExchange.Redis;

namespace IntegrationKit.EngineTests.Services;

public sealed class RedisServiceTests
{
    [Fact]
    public async Task Redis_stores_answers_and_is_flushed_by_a_reset()
    {
        var redis = new RedisService();
        await using var infra = (await Kit.CreateAsync()).Register("redis", redis);
        await infra.StartAllAsync(Kit.Cancellation);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        await connection.GetDatabase(0).StringSetAsync("key", "value");
        await connection.GetDatabase(3).StringSetAsync("other", "value");

        Assert.Equal("value", await connection.GetDatabase(0).StringGetAsync("key"));
        Assert.True(await redis.PingAsync(Kit.Cancellation) > TimeSpan.Zero);
        await infra.ResetAllAsync(Kit.Cancellation);

        Assert.False(await connection.GetDatabase(0).KeyExistsAsync("key"));
        Assert.False(await connection.GetDatabase(3).KeyExistsAsync("other"));
    }

    [Fact]
    public async Task Redis_refuses_a_client_without_the_password()
    {
        var redis = new RedisService { Password = "p4ss word;with=odd signs\"" };
        await using var infra = (await Kit.CreateAsync()).Register("redis", redis);
        await infra.StartAllAsync(Kit.Cancellation);
        await using var connection = await redis.ConnectAsync(Kit.Cancellation);
        Assert.True(connection.IsConnected);

        await using var stranger = await ConnectionMultiplexer.ConnectAsync($"{redis.Endpoint(RedisService.ContainerPort)},abortConnect=false,connectRetry=0");
        await Assert.ThrowsAnyAsync<RedisException>(() => stranger.GetDatabase(0).PingAsync());
    }
}
