using System.Globalization;
using StackExchange.Redis;

namespace IntegrationKit.EngineTests.Reset;

/// <summary>Commands of every type, on keys of a baseline and on others.</summary>
internal sealed class RandomRedisCommands(Random random)
{
    private const int Keys = 60;

    // Of these: K is a key, V a value, N a number, M a member of a small set.
    private static readonly string[] Templates =
    [
        "SET K V", "SET K V PX 3600000", "APPEND K V", "SETRANGE K 2 V", "INCRBY K N", "SETBIT K 7 1", "BITFIELD K INCRBY u8 0 1", "GETDEL K", "GETEX K PX 3600000", "GETEX K PERSIST", "MSET K V K V",
        "LPUSH K V V", "RPUSH K V", "LPOP K", "RPOP K", "LSET K 0 V", "LTRIM K 1 -1", "LINSERT K BEFORE a V", "LREM K 1 a", "LMOVE K K LEFT RIGHT", "LMPOP 2 K K LEFT", "SORT K ALPHA STORE K",
        "SADD K M V", "SREM K M", "SPOP K", "SMOVE K K M", "SINTERSTORE K K K", "SUNIONSTORE K K K", "SDIFFSTORE K K K",
        "ZADD K N M", "ZINCRBY K N M", "ZREM K M", "ZPOPMIN K", "ZRANGESTORE K K 0 1", "ZUNIONSTORE K 2 K K", "ZREMRANGEBYRANK K 0 0", "GEOADD K 13.4 52.5 M", "GEOSEARCHSTORE K K FROMLONLAT 13 52 BYRADIUS 100 km",
        "HSET K M V", "HDEL K M", "HINCRBY K M N", "HSETNX K V V",
        "XADD K * a V", "XTRIM K MAXLEN 1", "XDEL K 1-1", "XGROUP CREATE K V 0 MKSTREAM", "XGROUP SETID K g 0", "XGROUP DESTROY K g", "XGROUP CREATECONSUMER K g M", "XSETID K 9999999999999-1",
        "XREADGROUP GROUP g M COUNT 1 STREAMS K >", "XACK K g 1-1", "XACK K g 2-1", "XCLAIM K g M 0 1-1", "XAUTOCLAIM K g M 0 0",
        "PFADD K V", "PFMERGE K K", "PFCOUNT K", "BITOP XOR K K K",
        "DEL K", "UNLINK K", "RENAME K K", "COPY K K REPLACE", "EXPIRE K 3600", "PEXPIRE K 1", "PEXPIREAT K 1", "PERSIST K", "EXPIRE K 3600 NX", "TOUCH K",
        "EVAL return{redis.call('set',KEYS[1],ARGV[1]),redis.call('del',KEYS[2])} 2 K K V", "EVAL return(redis.call('hset',KEYS[1],'a',ARGV[1])) 1 K V",
    ];

    /// <summary>Makes keys of every type.</summary>
    public static async Task SeedAsync(IDatabase data, bool watchedOnly)
    {
        for (var i = 0; i < Keys; i++)
        {
            if (watchedOnly && i % 10 is 1 or 7 or 8)
            {
                continue;
            }

            await data.RunLineAsync((i % 10) switch
            {
                0 => $"SET k{i} {i}",
                1 => $"SET k{i} text PX 3600000",
                2 => $"RPUSH k{i} a b c",
                3 => $"SADD k{i} 1 2 3",
                4 => $"SADD k{i} m0 m1 m2 {string.Join(' ', Enumerable.Range(0, 20 * i))}",
                5 => $"ZADD k{i} 1 m0 2 m1",
                6 => $"HSET k{i} m0 1 m1 text",
                7 => $"XADD k{i} 1-1 a 1",
                8 => $"PFADD k{i} a b c",
                _ => $"HSET k{i} {string.Join(' ', Enumerable.Range(0, 400).Select(each => $"m{each} v"))}",
            });
            if (i % 10 == 7)
            {
                await data.RunLineAsync($"XADD k{i} 2-1 a 2");
                await data.RunLineAsync($"XGROUP CREATE k{i} g 0");
                await data.RunLineAsync($"XREADGROUP GROUP g m0 COUNT 1 STREAMS k{i} >");
            }
        }
    }

    /// <summary>Runs some. Most that do not suit the key's type are refused, which is right too.</summary>
    public async Task RunAsync(IDatabase data, int count)
    {
        for (var i = 0; i < count; i++)
        {
            try
            {
                await data.RunLineAsync(random.Next(400) == 0 ? "FLUSHDB" : string.Join(' ', Templates[random.Next(Templates.Length)].Split(' ').Select(Fill)));
            }
            catch (RedisServerException)
            {
            }
        }
    }

    private string Fill(string word) => word switch
    {
        "K" => $"{(random.Next(4) == 0 ? "new" : "k")}{random.Next(Keys)}",
        "V" => random.Next(2) == 0 ? $"v{random.Next(1000)}" : random.Next(1000).ToString(CultureInfo.InvariantCulture),
        "N" => random.Next(1, 9).ToString(CultureInfo.InvariantCulture),
        "M" => $"m{random.Next(4)}",
        _ => word,
    };
}

internal static class RedisCommandLine
{
    /// <summary>Runs a command whose words have no spaces.</summary>
    public static Task<RedisResult> RunLineAsync(this IDatabase data, string line)
    {
        var words = line.Split(' ');
        return data.ExecuteAsync(words[0], [.. words[1..]]);
    }
}
