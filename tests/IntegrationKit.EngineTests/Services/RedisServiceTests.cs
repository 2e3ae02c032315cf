using IntegrationKit.EngineTests.Ownership;
using IntegrationKit.EngineTests.Support;
using IntegrationKit.Services.Redis;
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

    [Fact]
    public async Task Connection_that_is_made_after_its_caller_was_cancelled_is_closed()
    {
        var redis = new RedisService();
        await using var infra = (await Kit.CreateAsync()).Register("redis", redis);
        await infra.StartAllAsync(Kit.Cancellation);
        var password = ConfigurationOptions.Parse(redis.ConnectionString).Password!;
        await using var observer = await RespConnection.OpenAsync(redis.Endpoint(RedisService.ContainerPort), user: null, password, Kit.Cancellation);
        await observer.SendAsync(Kit.Cancellation, "CLIENT", "PAUSE", "1500", "ALL");
        using var caller = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => redis.ConnectAsync(caller.Token));

        // It is answered when the pause is over, and has to be gone for a while: it connects twice. Long before it is collected
        // as garbage.
        var alone = 0;
        await Kit.UntilAsync(async () => (alone = await CountAsync() == 1 ? alone + 1 : 0) > 10, TimeSpan.FromSeconds(5));

        async Task<int> CountAsync() => (await observer.SendAsync(Kit.Cancellation, "CLIENT", "LIST"))!.TrimEnd().Split('\n').Length;
    }

    [Fact]
    public async Task Password_that_a_connection_string_cannot_carry_is_a_mistake()
    {
        await using var infra = (await Kit.CreateAsync())
            .Register("comma", new RedisService { Password = "a,b" }).Register("blank", new RedisService { Password = "blank " }).Register("empty", new RedisService { Password = "" });

        var error = await Assert.ThrowsAsync<InfrastructureConfigurationException>(() => infra.StartAllAsync(Kit.Cancellation));

        Assert.Equal(["'comma'", "'blank'", "'empty'"], error.Problems.Select(each => each.Split(' ')[1].TrimEnd(':')));
    }
}
