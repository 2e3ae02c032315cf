using System.Text;

namespace IntegrationKit.Services.Redis;

/// <summary>The keys that differ from a baseline.</summary>
internal sealed class RedisLeftovers
{
    private const int MostNames = 20;

    // The same content may be dumped as different bytes, depending on how it came about: a set has no order.
    private const string IsEqual =
        """
        local function content(key)
            local kind = redis.call('TYPE', key)['ok']
            if kind == 'string' then return kind, {redis.call('GET', key)} end
            if kind == 'list' then return kind, redis.call('LRANGE', key, 0, -1) end
            if kind == 'zset' then return kind, redis.call('ZRANGE', key, 0, -1, 'WITHSCORES') end
            if kind == 'set' then
                local members = redis.call('SMEMBERS', key)
                table.sort(members)
                return kind, members
            end
            if kind == 'hash' then
                local all, pairs = redis.call('HGETALL', key), {}
                for i = 1, #all, 2 do pairs[#pairs + 1] = #all[i] .. ':' .. all[i] .. all[i + 1] end
                table.sort(pairs)
                return kind, pairs
            end
            return kind, {redis.call('DUMP', key)}
        end
        redis.call('RESTORE', KEYS[2], 0, ARGV[1], 'REPLACE')
        local kind, now = content(KEYS[1])
        local before_kind, before = content(KEYS[2])
        redis.call('DEL', KEYS[2])
        if kind ~= before_kind or #now ~= #before then return 0 end
        for i = 1, #now do if now[i] ~= before[i] then return 0 end end
        return 1
        """;

    private readonly List<Leftover> _found = [];

    /// <summary>The first of them by name, and the number of others.</summary>
    public IReadOnlyList<Leftover> Found => _found.Count <= MostNames
        ? _found
        : [.. _found.Take(MostNames), new("key", FormattableString.Invariant($"(and {_found.Count - MostNames} more)"), _found.Count - MostNames, "added, changed or removed")];

    /// <summary>Adds what differs in one database.</summary>
    public async Task CompareAsync(RespConnection redis, RedisDatabase before, string suffix, CancellationToken cancellationToken)
    {
        var now = await RedisDatabase.NoteAsync(redis, before.Index, cancellationToken).ConfigureAwait(false);
        foreach (var key in now.Keys.Keys.Union(before.Keys.Keys).Order(StringComparer.Ordinal))
        {
            var difference = (now.Keys.GetValueOrDefault(key), before.Keys.GetValueOrDefault(key)) switch
            {
                (_, null) => "added",

                // One with a time to live may have expired by itself.
                (null, { TimeToLive: var time }) => time is null ? "removed" : null,
                ({ } value, { } was) => await IsUnchangedAsync(redis, key, value, was, cancellationToken).ConfigureAwait(false) ? null : "changed",
            };
            if (difference is not null)
            {
                _found.Add(new("key", Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(key)) + suffix, 1, difference));
            }
        }
    }

    private static async Task<bool> IsUnchangedAsync(RespConnection redis, string key, RedisDump now, RedisDump before, CancellationToken cancellationToken) =>
        now.TimeToLive is null == before.TimeToLive is null
        && (now.Payload == before.Payload
            || await redis.SendAsync(cancellationToken, "EVAL", IsEqual, "2", key, $"integrationkit:{Guid.NewGuid():N}", before.Payload).ConfigureAwait(false) == "1");
}
