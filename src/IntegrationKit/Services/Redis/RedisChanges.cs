using System.Text.RegularExpressions;

namespace IntegrationKit.Services.Redis;

/// <summary>What tells that the data of a server have not changed: as long as all of it is the same, nothing was written.</summary>
internal static partial class RedisChanges
{
    // The number of changes counts every write and starts again with each save; the other facts tell of saves, of another process, of
    // another server's data, and of keys that have gone by themselves.
    [GeneratedRegex(
        @"^(run_id|role|master_replid|rdb_changes_since_last_save|rdb_saves|rdb_last_save_time|rdb_last_load_keys_loaded):[^\r\n]*|^db\d+:keys=\d+,expires=\d+",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Fact();

    /// <summary>The command whose answer <see cref="Read"/> takes.</summary>
    public static string[] Question { get; } = ["INFO"];

    /// <returns>Null if the server does not tell enough, as before Redis 7.</returns>
    public static string? Read(string? answer) => answer?.Contains("rdb_saves:", StringComparison.Ordinal) == true
        ? string.Join(' ', Fact().Matches(answer).Select(each => each.Value))
        : null;

    /// <inheritdoc cref="Read"/>
    public static async Task<string?> ReadAsync(RespConnection redis, CancellationToken cancellationToken) =>
        Read(await redis.SendAsync(cancellationToken, Question).ConfigureAwait(false));
}
