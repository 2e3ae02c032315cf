using System.Reflection;
using IntegrationKit;
using Xunit;

[assembly: CollectionBehavior(MaxParallelThreads = 2)]

public sealed class Servers : InfrastructureFixture
{
    public RedisService Redis { get; } = new();

    protected override void Configure(TestInfrastructure infra) => infra.Register("v3-redis", Redis);
}

public sealed class FirstTests(Servers infra) : IntegrationTest<Servers>(infra)
{
    [Fact]
    public async Task Data_of_one_test_is_gone_for_the_next() => await Writes.OnceAsync(Infra.Redis, Cancellation);

    [Fact]
    public async Task Data_of_the_next_test_is_gone_for_the_one() => await Writes.OnceAsync(Infra.Redis, Cancellation);

    [Fact]
    public async Task Run_holds_while_it_is_told_to()
    {
        await Infra.Redis.PingAsync(Cancellation);
        await Task.Delay(Environment.GetEnvironmentVariable("HOLD") == "1" ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, Cancellation);
    }
}

public sealed class SecondTests(Servers infra) : IntegrationTest<Servers>(infra)
{
    [Fact]
    public async Task Data_of_another_class_is_not_seen() => await Writes.OnceAsync(Infra.Redis, Cancellation);

    [Fact]
    public void Package_brings_its_assembly_fixture() =>
        Assert.NotNull(Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyFixtureAttribute>().SingleOrDefault(each => each.AssemblyFixtureType == typeof(SharedServersFixture)));
}

internal static class Writes
{
    public static async Task OnceAsync(RedisService redis, CancellationToken cancellation)
    {
        await using var connection = await redis.ConnectAsync(cancellation);
        Assert.Equal(1, await connection.GetDatabase().StringIncrementAsync("writes"));
    }
}
