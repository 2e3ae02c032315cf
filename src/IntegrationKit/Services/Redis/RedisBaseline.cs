using System.Globalization;
using System.Text.RegularExpressions;

namespace IntegrationKit.Services.Redis;

/// <summary>The keys at one time, with their values and times to live, and the functions if they are noted too.</summary>
internal sealed partial class RedisBaseline
{
    private readonly List<string[]> _restore;

    private RedisBaseline(List<string[]> restore) => _restore = restore;

    public static RedisBaseline Empty { get; } = new([]);

    /// <summary>Notes one database.</summary>
    public static async Task<RedisBaseline> CaptureAsync(RespConnection redis, int database, CancellationToken cancellationToken) =>
        new(await NoteAsync(redis, database, cancellationToken).ConfigureAwait(false));

    /// <summary>Notes every database that has keys, and the functions.</summary>
    public static async Task<RedisBaseline> CaptureAllAsync(RespConnection redis, CancellationToken cancellationToken)
    {
        var restore = new List<string[]>();
        var keyspace = await redis.SendAsync(cancellationToken, "INFO", "keyspace").ConfigureAwait(false) ?? string.Empty;
        foreach (Match database in Database().Matches(keyspace))
        {
            restore.AddRange(await NoteAsync(redis, int.Parse(database.Groups["index"].ValueSpan, CultureInfo.InvariantCulture), cancellationToken).ConfigureAwait(false));
        }

        try
        {
            if (await redis.SendAsync(cancellationToken, "FUNCTION", "DUMP").ConfigureAwait(false) is { } functions)
            {
                restore.Add(["FUNCTION", "RESTORE", functions, "REPLACE"]);
            }
        }
        catch (IOException e) when (e.Message.Contains("unknown command", StringComparison.OrdinalIgnoreCase))
        {
            // Redis before 7 has no functions.
        }

        return new(restore);
    }

    /// <summary>Puts everything back after the server or database was emptied.</summary>
    public async Task RestoreAsync(RespConnection redis, CancellationToken cancellationToken)
    {
        if (_restore.Count > 0)
        {
            await redis.SendAllAsync(_restore, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<List<string[]>> NoteAsync(RespConnection redis, int database, CancellationToken cancellationToken)
    {
        string[] select = ["SELECT", database.ToString(CultureInfo.InvariantCulture)];
        await redis.SendAsync(cancellationToken, select).ConfigureAwait(false);
        var keys = await redis.ListAsync(cancellationToken, "KEYS", "*").ConfigureAwait(false);
        var answers = await redis.SendAllAsync([.. keys.SelectMany(key => new string[][] { ["DUMP", key], ["PTTL", key] })], cancellationToken).ConfigureAwait(false);
        var restore = new List<string[]>();
        for (var i = 0; i < keys.Count; i++)
        {
            // A key that has expired meanwhile has no value any more.
            if (answers[2 * i] is { } value)
            {
                restore.Add(["RESTORE", keys[i], answers[(2 * i) + 1] is { } time && time[0] != '-' ? time : "0", value, "REPLACE"]);
            }
        }

        return restore.Count == 0 ? restore : [select, .. restore];
    }

    [GeneratedRegex(@"^db(?<index>\d+):", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Database();
}
