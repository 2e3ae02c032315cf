using IntegrationKit.EngineTests.Support;
using IntegrationKit.Services;
using IntegrationKit.Services.Redis;
using StackExchange.Redis;

namespace IntegrationKit.EngineTests.Sharing;

[Collection(nameof(SharedKit))]
public sealed class RedisSliceTests : IClassFixture<SharedKit.EndOfRun>
{
    [Fact]
    public async Task Slices_have_their_own_keys_and_channels()
    {
        var (one, two) = (Redis(), Redis());
        await using var first = await SharedKit.StartAsync(one);
        await using var second = await SharedKit.StartAsync(two);
        await using var a = await one.ConnectAsync(Kit.Cancellation);
        await using var b = await two.ConnectAsync(Kit.Cancellation);
        var heard = new TaskCompletionSource<string>();
        await b.GetSubscriber().SubscribeAsync(RedisChannel.Literal("news"), (_, message) => heard.TrySetResult(message.ToString()));

        await a.GetDatabase().StringSetAsync("key", "of a");
        await b.GetDatabase().StringSetAsync("key", "of b");
        Assert.Equal(0, await a.GetSubscriber().PublishAsync(RedisChannel.Literal("news"), "from a"));
        Assert.Equal(1, await b.GetSubscriber().PublishAsync(RedisChannel.Literal("news"), "from b"));
        await first.ResetAllAsync(Kit.Cancellation);

        Assert.Equal("from b", await heard.Task.WaitAsync(Kit.Cancellation));
        Assert.False(await a.GetDatabase().KeyExistsAsync("key"));
        Assert.Equal("of b", await b.GetDatabase().StringGetAsync("key"));
    }

    [Fact]
    public async Task Slice_that_could_not_be_closed_keeps_nobody_from_starting()
    {
        // Room for one slice.
        RedisService One() => new() { SharedDatabases = RedisIndexes.First + 1, Labels = { ["test"] = "one-slice" } };
        var redis = One();
        var infra = await SharedKit.StartAsync(redis);
        await using var administrator = await RedisSlice.ConnectAsync(((ServerRun)redis.Run!).Server, Kit.Cancellation);
        await administrator.SendAsync(Kit.Cancellation, "ACL", "SETUSER", RedisAdministrator.Name, "off");
        await Assert.ThrowsAsync<ServiceOperationException>(() => infra.StopAllAsync(Kit.Cancellation));

        // Where the server is still there, it is well again.
        await Record.ExceptionAsync(() => administrator.SendAsync(Kit.Cancellation, "ACL", "SETUSER", RedisAdministrator.Name, "on"));
        await using var next = await SharedKit.StartAsync(One());
        await infra.StopAllAsync(Kit.Cancellation);
        await next.StopAllAsync(Kit.Cancellation);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    public async Task Client_that_ignores_its_index_is_told_of_and_the_next_reset_is_not_harmed(int database)
    {
        var redis = Redis();
        await using var infra = await SharedKit.StartAsync(redis);
        await using var connection = await redis.ConnectAsync(Kit.Cancellation);
        await connection.GetDatabase(database).StringSetAsync("cart:7", "astray");

        var error = await Assert.ThrowsAsync<ServiceOperationException>(() => infra.ResetAllAsync(Kit.Cancellation));

        TestContext.Current.TestOutputHelper!.WriteLine(error.Message);
        Assert.Contains($"1 in database {database}, 'cart:7' among them", error.Message, StringComparison.Ordinal);
        Assert.Contains("OwnServer = true", error.Message, StringComparison.Ordinal);
        await infra.ResetAllAsync(Kit.Cancellation);
    }

    [Fact]
    public async Task More_slices_than_databases_get_a_clear_error_until_one_is_given_back()
    {
        RedisService Small() => new() { SharedDatabases = RedisIndexes.First + 2 };
        await using var first = await SharedKit.StartAsync(Small());
        await using var second = await SharedKit.StartAsync(Small());
        await using var third = await SharedKit.CreateAsync(Small());

        var error = await Kit.StartFailsAsync<ServiceStartException>(third);
        Assert.Contains("All 2 databases of the shared Redis server are in use", error.Message, StringComparison.Ordinal);

        await first.StopAllAsync(Kit.Cancellation);
        await third.StartAllAsync(Kit.Cancellation);
    }

    [Fact]
    public async Task Stop_empties_the_slice_and_ends_its_connections()
    {
        var (one, two) = (Redis(), Redis());
        await using var first = await SharedKit.StartAsync(one);
        await using var second = await SharedKit.StartAsync(two);
        var options = ConfigurationOptions.Parse(one.ConnectionString);
        options.AbortOnConnectFail = false;
        options.ReconnectRetryPolicy = new LinearRetry(600_000);
        await using var straggler = await ConnectionMultiplexer.ConnectAsync(options);
        await straggler.GetDatabase().StringSetAsync("key", "value");
        var index = options.DefaultDatabase!.Value;
        var lost = new TaskCompletionSource();
        straggler.ConnectionFailed += (_, _) => lost.TrySetResult();

        await first.StopAllAsync(Kit.Cancellation);

        await lost.Task.WaitAsync(Kit.Cancellation);
        var refused = await Assert.ThrowsAsync<IOException>(() => RespConnection.OpenAsync(
            two.Endpoint(RedisService.ContainerPort), options.User, options.Password!, Kit.Cancellation));
        Assert.Contains("WRONGPASS", refused.Message, StringComparison.Ordinal);
        await using var other = await two.ConnectAsync(Kit.Cancellation);
        Assert.Equal(0L, (long)await other.GetDatabase(index).ExecuteAsync("DBSIZE"));
        await first.StartAllAsync(Kit.Cancellation);
        Assert.NotEqual(index, ConfigurationOptions.Parse(one.ConnectionString).DefaultDatabase);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Seed_is_part_of_the_baseline_once_it_is_captured(bool ownServer)
    {
        var redis = new RedisService { OwnServer = ownServer };
        await using var infra = await SharedKit.StartAsync(redis);
        await using var connection = await redis.ConnectAsync(Kit.Cancellation);
        var data = connection.GetDatabase();
        byte[] binary = [0, 13, 10, 255, 128, (byte)'$', 36];
        await data.StringSetAsync(binary, binary);
        await data.StringSetAsync("ends", "Größe", TimeSpan.FromMinutes(10));
        await data.HashSetAsync("hash", "field", "value");
        await data.ListRightPushAsync("list", ["a", "b"]);
        await data.SortedSetAddAsync("scores", "x", 1.5);

        await infra.CaptureBaselineAsync(Kit.Cancellation);
        await data.KeyDeleteAsync(["ends", "hash", "list"]);
        await data.StringSetAsync(binary, "changed");
        await data.StringSetAsync("added", "value");
        await infra.ResetAllAsync(Kit.Cancellation);

        Assert.Equal(binary, (byte[]?)await data.StringGetAsync(binary));
        Assert.Equal("Größe", await data.StringGetAsync("ends"));
        Assert.InRange((await data.KeyTimeToLiveAsync("ends"))!.Value, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
        Assert.Equal("value", await data.HashGetAsync("hash", "field"));
        Assert.Equal(2, await data.ListLengthAsync("list"));
        Assert.Equal(1.5, await data.SortedSetScoreAsync("scores", "x"));
        Assert.False(await data.KeyExistsAsync("added"));
    }

    [Fact]
    public async Task Functions_of_the_baseline_stand_again_on_an_own_server()
    {
        var redis = new RedisService { OwnServer = true };
        await using var infra = await SharedKit.StartAsync(redis);
        await using var connection = await redis.ConnectAsync(Kit.Cancellation);
        await connection.GetDatabase().ExecuteAsync("FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('seven', function() return 7 end)");

        await infra.CaptureBaselineAsync(Kit.Cancellation);
        await infra.ResetAllAsync(Kit.Cancellation);

        Assert.Equal(7, (int)await connection.GetDatabase().ExecuteAsync("FCALL", "seven", "0"));
    }

    private static RedisService Redis() => new();
}
