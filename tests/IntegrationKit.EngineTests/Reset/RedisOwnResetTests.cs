using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Reset;

/// <summary>A seeded Redis of one's own: a reset writes nothing if nothing was written, and else everything.</summary>
public sealed class RedisOwnResetTests(OwnSeededRedis cache) : IClassFixture<OwnSeededRedis>
{
    private static int Rounds => LongRun.IsOn ? 200 : 10;

    [Fact]
    public async Task Random_commands_leave_nothing()
    {
        var first = LongRun.Seed ?? 1;
        TestContext.Current.TestOutputHelper?.WriteLine($"{LongRun.SeedVariable}={first}, {Rounds} rounds");
        for (var seed = first; seed < first + Rounds; seed++)
        {
            var random = new Random(seed);
            await new RandomRedisCommands(random).RunAsync(cache.Data, random.Next(1, 4));
            await ResetAsync();

            Assert.Empty(await cache.FindDifferencesAsync($"seed {seed}: "));
        }
    }

    [Theory]
    [InlineData("SET k0 other", "SAVE")]
    [InlineData("SAVE", "SET k0 other")]
    [InlineData("SWAPDB 0 1")]
    [InlineData("FLUSHALL")]
    [InlineData("SET k0 other", "CONFIG RESETSTAT")]
    [InlineData("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE", "DEL k0")]
    [InlineData("SELECT 3", "SET elsewhere 1", "SELECT 0")]
    [InlineData("EVAL return(redis.call('del',KEYS[1])) 1 k0")]
    public async Task Change_is_noticed(params string[] commands)
    {
        await ResetAsync();
        await ResetAsync();
        await using (var client = await cache.OpenAsync())
        {
            foreach (var command in commands)
            {
                await client.AskAllAsync([command.Split(' ')], Kit.Cancellation);
            }
        }

        await ResetAsync();

        Assert.Empty(await cache.FindDifferencesAsync(string.Empty));
        Assert.Equal("db0", string.Join(' ', (await cache.RunAsAdministratorAsync("INFO", "keyspace"))!.Split('\n').Where(each => each.StartsWith("db", StringComparison.Ordinal)).Select(each => each.Split(':')[0])));
    }

    [Fact]
    public async Task As_many_changes_as_before_are_noticed_after_a_save_in_the_same_second()
    {
        await cache.RunAsAdministratorAsync("SAVE");
        await ResetAsync();
        var changes = await cache.CountChangesAsync();
        await cache.RunAsAdministratorAsync("SAVE");
        await Task.WhenAll(Enumerable.Range(0, changes).Select(_ => cache.Data.RunLineAsync("SET k0 other")));
        Assert.Equal(changes, await cache.CountChangesAsync());

        await ResetAsync();

        Assert.Empty(await cache.FindDifferencesAsync(string.Empty));
    }

    [Fact]
    public async Task Nothing_is_written_if_nothing_was()
    {
        // In the second of a save, which the start counts as, everything is written.
        await Kit.UntilAsync(async () =>
        {
            await ResetAsync();
            var unchanged = await cache.CountChangesAsync();
            await ResetAsync();
            return await cache.CountChangesAsync() == unchanged;
        });
        await cache.Data.RunLineAsync("SET k0 other");
        await ResetAsync();
        await cache.Data.RunLineAsync("SET k0 other");
        var before = await cache.CountChangesAsync();
        await ResetAsync();
        var after = await cache.CountChangesAsync();
        await cache.Data.RunLineAsync("GET k0");
        await ResetAsync();

        Assert.InRange(after - before, 40, 200);
        Assert.Equal(after, await cache.CountChangesAsync());
    }

    private Task ResetAsync() => cache.Redis.ResetAsync(Kit.Cancellation);
}
