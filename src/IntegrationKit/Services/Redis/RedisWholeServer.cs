namespace IntegrationKit.Services.Redis;

/// <summary>Resets a server of one's own.</summary>
internal static class RedisWholeServer
{
    // Whatever does not exist in this version, or was not in use, is refused or does nothing.
    private static readonly string[][] Before = [["CLIENT", "UNPAUSE"], ["REPLICAOF", "NO", "ONE"]];

    // Loaded scripts stay: whoever loaded one at its start calls it by EVALSHA for ever.
    private static readonly string[][] Emptying = [["FLUSHALL", "SYNC"], ["FUNCTION", "FLUSH", "SYNC"]];

    private static readonly string[][] Notes = [["SLOWLOG", "RESET"], ["LATENCY", "RESET"], ["ACL", "LOG", "RESET"], ["CONFIG", "RESETSTAT"]];

    /// <summary>Brings the settings back.</summary>
    public static async Task RestoreSettingsAsync(RespConnection redis, RedisSettings settings, CancellationToken cancellationToken)
    {
        await redis.AskAllAsync(Before, cancellationToken).ConfigureAwait(false);
        await settings.RestoreAsync(redis, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes all keys and functions.</summary>
    public static async Task EmptyAsync(RespConnection redis, CancellationToken cancellationToken)
    {
        var answers = await redis.AskAllAsync(Emptying, cancellationToken).ConfigureAwait(false);
        answers[0].Items(Emptying[0]);

        // Redis before 7 has no functions.
        if (answers[1].Error?.Contains("unknown command", StringComparison.OrdinalIgnoreCase) != true)
        {
            answers[1].Items(Emptying[1]);
        }
    }

    /// <summary>Removes what the server has logged and counted.</summary>
    public static Task ClearNotesAsync(RespConnection redis, CancellationToken cancellationToken) => redis.AskAllAsync(Notes, cancellationToken);
}
