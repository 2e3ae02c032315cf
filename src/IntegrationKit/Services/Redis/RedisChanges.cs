using System.Globalization;
using System.Text.RegularExpressions;

namespace IntegrationKit.Services.Redis;

/// <summary>What tells that the data of a server have not changed: as long as all of it is the same, nothing was written.</summary>
internal static partial class RedisChanges
{
    /// <summary>The command whose answer <see cref="Read"/> takes.</summary>
    public static string[] Question { get; } = ["INFO"];

    /// <summary>
    /// The facts. The number of changes counts every write, but starts again with each save; the others tell of saves, of another
    /// process, of another server's data, and of keys that have gone by themselves.
    /// </summary>
    /// <returns>Null if they would not tell enough: before Redis 7, and in the second of a save, since another one may follow in it.</returns>
    public static string? Read(string? answer)
    {
        var facts = Fact().Matches(answer ?? string.Empty);
        return facts.FirstOrDefault(each => each.Groups["now"].Success) is { } now && facts.FirstOrDefault(each => each.Groups["save"].Success) is { } save
            && Number(now, "now") / 1_000_000 > Number(save, "save")
            ? string.Join(' ', facts.Except([now]).Select(each => each.Value))
            : null;
    }

    /// <inheritdoc cref="Read"/>
    public static async Task<string?> ReadAsync(RespConnection redis, CancellationToken cancellationToken) =>
        Read(await redis.SendAsync(cancellationToken, Question).ConfigureAwait(false));

    private static long Number(Match fact, string group) => long.Parse(fact.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^server_time_usec:(?<now>\d+)|^rdb_last_save_time:(?<save>\d+)|^(run_id|role|master_replid|rdb_changes_since_last_save):[^\r\n]*|^db\d+:keys=\d+,expires=\d+",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Fact();
}
