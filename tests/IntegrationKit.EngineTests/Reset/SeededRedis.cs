using System.Globalization;
using IntegrationKit.EngineTests.Support;
using IntegrationKit.Services;
using IntegrationKit.Services.Redis;
using StackExchange.Redis;

namespace IntegrationKit.EngineTests.Reset;

/// <summary>A Redis with keys of every type in its baseline, and three clients.</summary>
public abstract class SeededRedis(bool own) : IAsyncLifetime
{
    private readonly List<ConnectionMultiplexer> _clients = [];
    private TestInfrastructure? _infra;
    private RedisDatabase _baseline = null!;
    private Dictionary<string, string> _contents = [];

    public RedisService Redis { get; } = new() { Labels = { ["test"] = "redis-reset" }, OwnServer = own };

    public IReadOnlyList<ConnectionMultiplexer> Clients => _clients;

    public IDatabase Data => _clients[0].GetDatabase();

    /// <summary>How many keys are put back by each reset.</summary>
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

        await RandomRedisCommands.SeedAsync(Data, watchedOnly: own);
        await _infra.CaptureBaselineAsync(Kit.Cancellation);
        await using var redis = await OpenAsync();
        _baseline = await RedisDatabase.NoteAsync(redis, Index, Kit.Cancellation);
        _contents = await ReadContentsAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var each in _clients)
        {
            await each.DisposeAsync();
        }

        if (_infra is not null)
        {
            await _infra.DisposeAsync();
        }
    }

    public async Task<string?> RunAsAdministratorAsync(params string[] words)
    {
        await using var redis = await OpenAsync();
        return await redis.SendAsync(Kit.Cancellation, words);
    }

    /// <summary>The changes that the server counts since it was last saved.</summary>
    public async Task<int> CountChangesAsync() => int.Parse(
        (await RunAsAdministratorAsync("INFO", "persistence"))!.Split('\n').Single(each => each.StartsWith("rdb_changes_since_last_save:", StringComparison.Ordinal)).Split(':')[1],
        CultureInfo.InvariantCulture);

    public async Task<int> CountRestoresAsync()
    {
        var line = (await RunAsAdministratorAsync("INFO", "commandstats"))!.Split('\n').FirstOrDefault(each => each.StartsWith("cmdstat_restore:calls=", StringComparison.Ordinal));
        return line is null ? 0 : int.Parse(line.Split('=', ',')[1], CultureInfo.InvariantCulture);
    }

    public async Task<IReadOnlyList<string>> FindDifferencesAsync(string prefix)
    {
        await using var redis = await OpenAsync();
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

    /// <summary>A connection of the library's own kind.</summary>
    internal Task<RespConnection> OpenAsync() => RedisSlice.ConnectAsync(((ServerRun)Redis.Run!).Server, Kit.Cancellation);
}

/// <summary>A slice of a shared server.</summary>
public sealed class SharedSeededRedis() : SeededRedis(own: false);

/// <summary>The same on a server of its own, with keys whose every change the server tells or counts.</summary>
public sealed class OwnSeededRedis() : SeededRedis(own: true);
