using System.Reflection;
using IntegrationKit;
using Xunit;

[assembly: CollectionBehavior(MaxParallelThreads = 2)]

public sealed class Servers : InfrastructureFixture
{
    public RedisService Redis { get; } = new();

    protected override void Configure(TestInfrastructure infra) => infra.Register("v2-redis", Redis);
}

public sealed class FirstTests(Servers infra) : IntegrationTest<Servers>(infra)
{
    [Fact]
    public async Task Data_of_one_test_is_gone_for_the_next() => await Writes.OnceAsync(Infra.Redis);

    [Fact]
    public async Task Data_of_the_next_test_is_gone_for_the_one() => await Writes.OnceAsync(Infra.Redis);

    [Fact]
    public async Task Run_holds_while_it_is_told_to()
    {
        await Infra.Redis.PingAsync();
        await Task.Delay(Environment.GetEnvironmentVariable("HOLD") == "1" ? Timeout.InfiniteTimeSpan : TimeSpan.Zero);
    }
}

public sealed class SecondTests(Servers infra) : IntegrationTest<Servers>(infra)
{
    [Fact]
    public async Task Data_of_another_class_is_not_seen() => await Writes.OnceAsync(Infra.Redis);

    [Fact]
    public void Package_brings_its_test_framework() =>
        Assert.NotNull(Assembly.GetExecutingAssembly().GetCustomAttribute<TestFrameworkAttribute>());
}

internal static class Writes
{
    public static async Task OnceAsync(RedisService redis)
    {
        await using var connection = await redis.ConnectAsync();
        Assert.Equal(1, await connection.GetDatabase().StringIncrementAsync("writes"));
    }
}
