using System.Globalization;
using IntegrationKit.EngineTests.Support;
using IntegrationKit.Services;
using IntegrationKit.Services.Redis;
using StackExchange.Redis;

namespace IntegrationKit.EngineTests.Reset;

/// <summary>A seeded Redis: a reset puts back only what was written to, and nothing is missed.</summary>
public sealed class RedisResetTests(RedisResetTests.Cache cache) : IClassFixture<RedisResetTests.Cache>, IAsyncLifetime
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

    public sealed class Cache : IAsyncLifetime
    {
        private readonly List<ConnectionMultiplexer> _clients = [];
        private TestInfrastructure? _infra;
        private RedisDatabase _baseline = null!;
        private Dictionary<string, string> _contents = [];

        public RedisService Redis { get; } = new() { Labels = { ["test"] = "redis-reset" } };

        public IReadOnlyList<ConnectionMultiplexer> Clients => _clients;

        public IDatabase Data => _clients[0].GetDatabase();

        public int Unwatched => _baseline.Keys.Values.Count(each => !each.IsWatched);

        private int Index => Data.Database;

        public async ValueTask InitializeAsync()
        {
            _infra = (await Kit.CreateAsync(new() { ShareServers = true })).Register("redis", Redis);
            await _infra.StartAllAsync(Kit.Cancellation);
            for (var i = 0; i < 3; i++)
            {
                _clients.Add(await Redis.ConnectAsync(Kit.Cancellation));
            }

            await RandomRedisCommands.SeedAsync(Data);
            await _infra.CaptureBaselineAsync(Kit.Cancellation);
            await using var redis = await ConnectAsync();
            _baseline = await RedisDatabase.NoteAsync(redis, Index, Kit.Cancellation);
            _contents = await ReadContentsAsync();
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var each in _clients)
            {
                await each.DisposeAsync();
            }

            await _infra!.DisposeAsync();
        }

        public async Task<string?> RunAsAdministratorAsync(params string[] words)
        {
            await using var redis = await ConnectAsync();
            return await redis.SendAsync(Kit.Cancellation, words);
        }

        public async Task<int> CountRestoresAsync()
        {
            var line = (await RunAsAdministratorAsync("INFO", "commandstats"))!.Split('\n').FirstOrDefault(each => each.StartsWith("cmdstat_restore:calls=", StringComparison.Ordinal));
            return line is null ? 0 : int.Parse(line.Split('=', ',')[1], CultureInfo.InvariantCulture);
        }

        public async Task<IReadOnlyList<string>> FindDifferencesAsync(string prefix)
        {
            await using var redis = await ConnectAsync();
            var now = await RedisDatabase.NoteAsync(redis, Index, Kit.Cancellation);
            var contents = await ReadContentsAsync();
            return
            [
                .. from key in now.Keys.Keys.Union(_baseline.Keys.Keys)
                   let is_ = now.Keys.GetValueOrDefault(key)
                   let was = _baseline.Keys.GetValueOrDefault(key)
                   where is_ is null || was is null || !HasSameTime(is_, was) || (is_.Payload != was.Payload && contents.GetValueOrDefault(key) != _contents.GetValueOrDefault(key, "none"))
                   select $"{prefix}{key}: {(is_ is null ? "missing" : was is null ? "added" : "changed")}",
            ];
        }

        /// <summary>A reset gives it the whole time again.</summary>
        private static bool HasSameTime(RedisDump now, RedisDump before) => (now.TimeToLive, before.TimeToLive) switch
        {
            (null, null) => true,
            ({ } left, { } whole) => long.Parse(whole, CultureInfo.InvariantCulture) - long.Parse(left, CultureInfo.InvariantCulture) is > -1000 and < 60_000,
            _ => false,
        };

        /// <summary>Of sets and hashes, which are dumped in any order, and of sorted sets, which are stored in another way once SORT has read them.</summary>
        private async Task<Dictionary<string, string>> ReadContentsAsync()
        {
            var contents = new Dictionary<string, string>(StringComparer.Ordinal);
            for (var i = 0; i < 60; i++)
            {
                var content = (i % 10) switch
                {
                    3 or 4 => await Data.SetMembersAsync($"k{i}") is { } members ? members.Select(each => each.ToString()) : [],
                    5 => (await Data.SortedSetRangeByRankWithScoresAsync($"k{i}")).Select(each => $"{each.Element}={each.Score}"),
                    6 or 9 => (await Data.HashGetAllAsync($"k{i}")).Select(each => $"{each.Name}={each.Value}"),
                    _ => null,
                };
                if (content is not null)
                {
                    contents[$"k{i}"] = string.Join(',', content.Order(StringComparer.Ordinal));
                }
            }

            return contents;
        }

        private Task<RespConnection> ConnectAsync() => RedisSlice.ConnectAsync(((ServerRun)Redis.Run!).Server, Kit.Cancellation);
    }
}
