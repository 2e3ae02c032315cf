using System.Buffers;
using System.Globalization;

namespace IntegrationKit.Services.Redis;

/// <summary>The keys of one database at one time.</summary>
/// <param name="Index">The database's number.</param>
/// <param name="Keys">Each key's value and time to live.</param>
internal sealed record RedisDatabase(int Index, IReadOnlyDictionary<string, RedisDump> Keys)
{
    /// <summary>One without keys.</summary>
    public static RedisDatabase Empty(int index) => new(index, new Dictionary<string, RedisDump>(StringComparer.Ordinal));

    public string[] Select => ["SELECT", Index.ToString(CultureInfo.InvariantCulture)];

    /// <summary>Notes what there is.</summary>
    public static async Task<RedisDatabase> NoteAsync(RespConnection redis, int index, CancellationToken cancellationToken)
    {
        var database = Empty(index);
        await redis.SendAsync(cancellationToken, database.Select).ConfigureAwait(false);
        var keys = await redis.ListAsync(cancellationToken, "KEYS", "*").ConfigureAwait(false);
        var answers = await redis.SendAllAsync([.. keys.SelectMany(key => new string[][] { ["DUMP", key], ["PTTL", key] })], cancellationToken).ConfigureAwait(false);
        var values = new Dictionary<string, RedisDump>(StringComparer.Ordinal);
        for (var i = 0; i < keys.Count; i++)
        {
            // A key that has expired meanwhile has no value any more.
            if (answers[2 * i] is { } payload)
            {
                values[keys[i]] = new(payload, answers[(2 * i) + 1] is { } time && time[0] != '-' ? time : null);
            }
        }

        return database with { Keys = values };
    }

    /// <summary>The command that puts a key back.</summary>
    public string[] Restore(string key) => ["RESTORE", key, Keys[key].TimeToLive ?? "0", Keys[key].Payload, "REPLACE"];
}

/// <summary>A key's value.</summary>
/// <param name="Payload">As DUMP answers it.</param>
/// <param name="TimeToLive">In milliseconds; null if it does not expire.</param>
internal sealed record RedisDump(string Payload, string? TimeToLive)
{
    // The first byte of a payload, by RDB_TYPE in Redis' and Valkey's rdb.h: strings, lists, sets, sorted sets and hashes.
    private static readonly SearchValues<char> Plain = SearchValues.Create("\u0000\u0001\u0002\u0003\u0004\u0005\u0009\u000a\u000b\u000c\u000d\u000e\u0010\u0011\u0012\u0014");

    /// <summary>
    /// Whether the server tells each change of it. It does not tell that a message of a stream was acknowledged, that a HyperLogLog
    /// was counted (which notes the number in it), or what a module does; and a time to live runs down.
    /// </summary>
    public bool IsWatched => TimeToLive is null && Plain.Contains(Payload[0]) && !Payload.AsSpan(0, Math.Min(Payload.Length, 24)).Contains("HYLL", StringComparison.Ordinal);
}
