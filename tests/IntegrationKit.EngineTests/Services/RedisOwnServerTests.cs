using IntegrationKit.EngineTests.Support;
using StackExchange.Redis;

namespace IntegrationKit.EngineTests.Services;

/// <summary>On a server of one's own everything is allowed, and a reset brings back what a test can change.</summary>
public sealed class RedisOwnServerTests
{
    [Fact]
    public async Task Reset_brings_back_configuration_users_and_functions_and_keeps_loaded_scripts()
    {
        var redis = new RedisService();
        await using var infra = (await Kit.CreateAsync()).Register("redis", redis);
        await infra.StartAllAsync(Kit.Cancellation);
        await using var connection = await redis.ConnectAsync(Kit.Cancellation);
        var data = connection.GetDatabase(0);
        await data.ExecuteAsync("CONFIG", "SET", "notify-keyspace-events", "Ex");
        await data.ExecuteAsync("ACL", "SETUSER", "reader", "on", ">secret", "allkeys", "(+get ~a*)");
        await data.StringSetAsync("kept", "value");
        await infra.CaptureBaselineAsync(Kit.Cancellation);
        var users = await UsersAsync();
        var script = (string?)await data.ExecuteAsync("SCRIPT", "LOAD", "return 7");
        await data.ExecuteAsync("FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('seven', function() return 7 end)");
        await data.ExecuteAsync("CONFIG", "SET", "notify-keyspace-events", "");
        await data.ExecuteAsync("CONFIG", "SET", "requirepass", "another");
        await data.ExecuteAsync("ACL", "SETUSER", "added", "on", "nopass", "+@all");
        await data.ExecuteAsync("ACL", "SETUSER", "reader", "reset");
        await data.ExecuteAsync("REPLICAOF", "127.0.0.1", "1");
        await data.ExecuteAsync("CLIENT", "PAUSE", "60000", "WRITE");
        await data.ExecuteAsync("CONFIG", "SET", "maxmemory", "1");
        await data.ExecuteAsync("ACL", "SETUSER", "default", "-flushdb");

        await infra.ResetAllAsync(Kit.Cancellation);

        Assert.Equal("value", await data.StringGetAsync("kept"));
        Assert.Equal(users, await UsersAsync());
        Assert.Equal("xE", await SettingAsync("notify-keyspace-events"));
        Assert.Equal("0", await SettingAsync("maxmemory"));
        Assert.Equal("master", (string?)((RedisResult[])(await data.ExecuteAsync("ROLE"))!)[0]);
        Assert.Empty((RedisResult[])(await data.ExecuteAsync("FUNCTION", "LIST"))!);
        Assert.Equal(7, (int)await data.ExecuteAsync("EVALSHA", script!, "0"));
        await data.ExecuteAsync("FLUSHDB");
        await using var next = await redis.ConnectAsync(Kit.Cancellation);
        Assert.True(next.IsConnected);

        async Task<IEnumerable<string>> UsersAsync() =>
            ((string[])(await data.ExecuteAsync("ACL", "LIST"))!).Select(user => user.Replace(" sanitize-payload", "", StringComparison.Ordinal));
        async Task<string?> SettingAsync(string name) => (string?)((RedisResult[])(await data.ExecuteAsync("CONFIG", "GET", name))!)[1];
    }

    [Fact]
    public async Task Keyspace_notifications_arrive()
    {
        var redis = new RedisService();
        await using var infra = (await Kit.CreateAsync()).Register("redis", redis);
        await infra.StartAllAsync(Kit.Cancellation);
        await using var connection = await redis.ConnectAsync(Kit.Cancellation);
        await connection.GetDatabase().ExecuteAsync("CONFIG", "SET", "notify-keyspace-events", "Kg");
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await connection.GetSubscriber().SubscribeAsync(RedisChannel.Literal("__keyspace@0__:cart"), (_, message) => heard.TrySetResult(message.ToString()));

        await connection.GetDatabase().StringSetAsync("cart", "full");
        await connection.GetDatabase().KeyDeleteAsync("cart");

        Assert.Equal("del", await heard.Task.WaitAsync(TimeSpan.FromSeconds(20), Kit.Cancellation));
    }
}
