using IntegrationKit.Testcontainers.Tests.Support;
using Npgsql;
using StackExchange.Redis;
using Testcontainers.Redis;

namespace IntegrationKit.Testcontainers.Tests;

/// <summary>Modules of Testcontainers as services, on the real engine.</summary>
public sealed class ModuleTests
{
    [Fact]
    public async Task Modules_start_in_one_call_and_answer_at_their_own_addresses()
    {
        var (postgres, redis) = (Kit.Postgres(), Kit.Redis());
        await using var infra = (await Kit.CreateAsync()).Register(Kit.Unique("postgres"), postgres).Register(Kit.Unique("redis"), redis);

        await infra.StartAllAsync(Kit.Cancellation);

        await using var data = NpgsqlDataSource.Create(postgres.Container.GetConnectionString());
        await using var command = data.CreateCommand("SELECT 1");
        Assert.Equal(1, await command.ExecuteScalarAsync(Kit.Cancellation));
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Container.GetConnectionString());
        Assert.True(await connection.GetDatabase(0).StringSetAsync("a", "b"));
        await infra.CheckAllAsync(Kit.Cancellation);
    }

    [Fact]
    public async Task Reset_calls_the_delegate_with_the_container()
    {
        var redis = Kit.Redis(async (container, token) => Assert.Equal(0, (await container.ExecScriptAsync("return redis.call('FLUSHALL')", token)).ExitCode));
        await using var infra = (await Kit.CreateAsync()).Register(Kit.Unique("redis"), redis);
        await infra.StartAllAsync(Kit.Cancellation);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Container.GetConnectionString());
        var database = connection.GetDatabase(0);
        await database.StringSetAsync("a", "b");

        await infra.ResetAllAsync(Kit.Cancellation);

        Assert.False(await database.KeyExistsAsync("a"));
    }

    [Fact]
    public async Task Reset_without_a_delegate_leaves_the_container_alone()
    {
        var redis = Kit.Redis();
        await using var infra = (await Kit.CreateAsync()).Register(Kit.Unique("redis"), redis);
        await infra.StartAllAsync(Kit.Cancellation);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Container.GetConnectionString());
        await connection.GetDatabase(0).StringSetAsync("a", "b");

        await infra.ResetAllAsync(Kit.Cancellation);

        Assert.True(await connection.GetDatabase(0).KeyExistsAsync("a"));
    }

    [Fact]
    public async Task Reference_to_a_module_is_a_dependency_and_a_value()
    {
        var redis = Kit.Redis();
        var client = new ContainerService("busybox:1")
        {
            Command = ["sh", "-c", "echo address $REDIS && exec sleep 1000"],
            Environment = { ["REDIS"] = ServiceReference.To(redis, each => each.Container.GetConnectionString()) },
            Readiness = Probe.Log("address .*:[0-9]+"),
        };
        await using var infra = (await Kit.CreateAsync()).Register("client", client).Register("redis", redis);

        await infra.StartAsync("client", Kit.Cancellation);

        var lines = await client.ReadLogAsync(Kit.Cancellation).Select(each => each.Text).ToListAsync(Kit.Cancellation);
        Assert.Contains($"address {redis.Container.GetConnectionString()}", lines);
    }

    [Fact]
    public async Task Module_that_needs_another_is_built_when_that_is_ready()
    {
        var redis = Kit.Redis();
        var second = new TestcontainersService<RedisContainer>(labels => new RedisBuilder(Kit.Image("redis:7"))
            .WithEnvironment("FIRST", redis.Container.GetConnectionString()).WithLabel(labels).Build())
        {
            DependsOn = [redis],
        };
        await using var infra = (await Kit.CreateAsync()).Register("second", second).Register("redis", redis);

        await infra.StartAllAsync(Kit.Cancellation);

        Assert.Equal(redis.Container.GetConnectionString(), (await second.Container.ExecAsync(["printenv", "FIRST"], Kit.Cancellation)).Stdout.Trim());
    }

    [Fact]
    public async Task Stop_removes_the_container_and_a_new_start_builds_another()
    {
        var (name, redis) = (Kit.Unique("redis"), Kit.Redis());
        await using var infra = (await Kit.CreateAsync()).Register(name, redis);
        await infra.StartAllAsync(Kit.Cancellation);
        var first = redis.Container;
        var begun = TimeProvider.System.GetTimestamp();

        await infra.StopAllAsync(Kit.Cancellation);

        TestContext.Current.TestOutputHelper?.WriteLine($"Stopped within {TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds:0} ms");
        Assert.Empty(await Kit.LeftoversAsync(name));
        var error = Assert.Throws<InvalidOperationException>(() => redis.Container);
        Assert.Equal($"Container of service '{name}' is known only while it runs, and it is Stopped.", error.Message);

        await infra.StartAllAsync(Kit.Cancellation);
        Assert.NotSame(first, redis.Container);
        Assert.Single(await Kit.LeftoversAsync(name));
    }

    [Fact]
    public async Task Network_that_is_made_along_with_the_container_goes_with_it()
    {
        var name = Kit.Unique("networked");
        var service = new TestcontainersService<RedisContainer>(labels => new RedisBuilder(Kit.Image("redis:7"))
            .WithNetwork(new DotNet.Testcontainers.Builders.NetworkBuilder().WithLabel(labels).Build()).WithLabel(labels).Build());
        await using var infra = (await Kit.CreateAsync()).Register(name, service);
        await infra.StartAllAsync(Kit.Cancellation);
        Assert.Equal(2, (await Kit.LeftoversAsync(name)).Count);

        await infra.StopAllAsync(Kit.Cancellation);

        Assert.Empty(await Kit.LeftoversAsync(name));
    }

    [Fact]
    public async Task Log_of_a_container_is_shown_without_its_secrets()
    {
        var since = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        var service = Kit.Shell("echo password is $DB_PASSWORD && exec sleep 1000", box => box.WithEnvironment("DB_PASSWORD", "correct-horse"));
        await using var infra = (await Kit.CreateAsync()).Register("talker", service);
        await infra.StartAllAsync(Kit.Cancellation);

        await Kit.UntilAsync(async () => await infra.ReadLogsAsync(since, Kit.Cancellation).AnyAsync(Kit.Cancellation), TimeSpan.FromSeconds(5));

        var line = await infra.ReadLogsAsync(since, Kit.Cancellation).SingleAsync(Kit.Cancellation);
        Assert.Equal(("talker", "password is ***"), (line.Service, line.Line.Text));
    }
}
