using IntegrationKit.EngineTests.Support;
using IntegrationKit.Services.Redis;

namespace IntegrationKit.EngineTests.Reset;

/// <summary>A seeded Redis: a reset puts back only what was written to, and nothing is missed.</summary>
public sealed class RedisResetTests(SharedSeededRedis cache) : IClassFixture<SharedSeededRedis>, IAsyncLifetime
{
    private static int Rounds => LongRun.IsOn ? 1000 : 60;

    public async ValueTask InitializeAsync() => await ResetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Random_commands_of_several_clients_leave_nothing()
    {
        var first = LongRun.Seed ?? 1;
        TestContext.Current.TestOutputHelper?.WriteLine($"{LongRun.SeedVariable}={first}, {Rounds} rounds");
        for (var seed = first; seed < first + Rounds; seed++)
        {
            var random = new Random(seed);
            var count = random.Next(1, 60);
            var clients = cache.Clients.Select(each => (Data: each.GetDatabase(), Commands: new RandomRedisCommands(new(random.Next())))).ToArray();
            var writing = Task.WhenAll(clients.Select(each => each.Commands.RunAsync(each.Data, count)));
            if (seed % 4 == 0)
            {
                // Into the middle of it.
                await ResetAsync();
            }

            await writing;
            await ResetAsync();

            Assert.Empty(await cache.FindDifferencesAsync($"seed {seed}: "));
        }
    }

    [Fact]
    public async Task Reset_writes_only_what_was_touched()
    {
        await ResetAsync();
        await cache.Data.RunLineAsync("SET k0 other");
        await cache.Data.RunLineAsync("DEL k2");
        await cache.Data.RunLineAsync("SET new 1");
        var before = await cache.CountRestoresAsync();

        await ResetAsync();
        var after = await cache.CountRestoresAsync();
        await ResetAsync();

        // The streams, the HyperLogLogs and what has a time to live are put back each time.
        var always = cache.Unwatched;
        Assert.InRange(always, 1, 20);
        Assert.Equal(always + 2, after - before);
        Assert.Equal(always, await cache.CountRestoresAsync() - after);
        Assert.Empty(await cache.FindDifferencesAsync(string.Empty));
    }

    [Fact]
    public async Task Everything_is_restored_if_the_signal_was_lost()
    {
        await cache.Data.RunLineAsync("SET k0 other");
        await cache.RunAsAdministratorAsync("CLIENT", "KILL", "TYPE", "pubsub");
        await cache.Data.RunLineAsync("SET k2 other");

        await ResetAsync();
        Assert.Empty(await cache.FindDifferencesAsync(string.Empty));

        await cache.Data.RunLineAsync("SET k10 other");
        var before = await cache.CountRestoresAsync();
        await ResetAsync();

        Assert.Equal(cache.Unwatched + 1, await cache.CountRestoresAsync() - before);
        Assert.Empty(await cache.FindDifferencesAsync(string.Empty));
    }

    [Fact]
    public async Task Everything_is_restored_if_the_server_no_longer_tells()
    {
        await cache.RunAsAdministratorAsync("CLIENT", "KILL", "TYPE", "pubsub");
        await cache.RunAsAdministratorAsync("CONFIG", "SET", "notify-keyspace-events", "");
        try
        {
            await ResetAsync();
            await cache.Data.RunLineAsync("SET k0 other");
            await ResetAsync();

            Assert.Empty(await cache.FindDifferencesAsync(string.Empty));
        }
        finally
        {
            await cache.RunAsAdministratorAsync("CONFIG", "SET", "notify-keyspace-events", RedisWatch.Events);
        }
    }

    private Task ResetAsync() => cache.Redis.ResetAsync(Kit.Cancellation);
}
