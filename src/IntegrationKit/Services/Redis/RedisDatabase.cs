using System.Globalization;

namespace IntegrationKit.Services.Redis;

/// <summary>The keys of one database at one time.</summary>
/// <param name="Index">The database's number.</param>
/// <param name="Keys">Each key's value and time to live.</param>
internal sealed record RedisDatabase(int Index, IReadOnlyDictionary<string, RedisValue> Keys)
{
    public string[] Select => ["SELECT", Index.ToString(CultureInfo.InvariantCulture)];

    /// <summary>Notes what there is.</summary>
    public static async Task<RedisDatabase> NoteAsync(RespConnection redis, int index, CancellationToken cancellationToken)
    {
        var database = new RedisDatabase(index, new Dictionary<string, RedisValue>(StringComparer.Ordinal));
        await redis.SendAsync(cancellationToken, database.Select).ConfigureAwait(false);
        var keys = await redis.ListAsync(cancellationToken, "KEYS", "*").ConfigureAwait(false);
        var answers = await redis.SendAllAsync([.. keys.SelectMany(key => new string[][] { ["DUMP", key], ["PTTL", key] })], cancellationToken).ConfigureAwait(false);
        var values = new Dictionary<string, RedisValue>(StringComparer.Ordinal);
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
internal sealed record RedisValue(string Payload, string? TimeToLive);
