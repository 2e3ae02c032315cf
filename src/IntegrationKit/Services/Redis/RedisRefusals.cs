using System.Globalization;

namespace IntegrationKit.Services.Redis;

/// <summary>What a shared server has refused to a slice. Redis' own error (NOPERM) does not say why; a failed test shows these lines with the log.</summary>
internal static class RedisRefusals
{
    private static readonly string[][] Questions = [["TIME"], ["ACL", "LOG", "128"]];

    /// <summary>A line for each command that was refused to a user since a moment.</summary>
    public static async Task<IReadOnlyList<LogLine>> ReadAsync(RespConnection redis, string user, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var answers = await redis.AskAllAsync(Questions, cancellationToken).ConfigureAwait(false);
        var now = DateTimeOffset.FromUnixTimeSeconds(long.Parse(answers[0].Items(Questions[0])[0]!, CultureInfo.InvariantCulture)).AddSeconds(1);
        return
        [
            .. Entries(answers[1].Items(Questions[1]))
                .Where(each => each["username"] == user && each["reason"] == "command" && !(now - Age(each) < since))
                .Reverse()
                .Select(each => new LogLine(
                    $"IntegrationKit: the shared Redis server refused '{each["object"]}' ({each["count"]} times): it concerns all who use the server. " +
                    "Set OwnServer = true for this service to be allowed to do it.",
                    IsError: true)),
        ];
    }

    // Lists of names and values, one after the other, each of which begins with its count.
    private static IEnumerable<Dictionary<string, string>> Entries(IReadOnlyList<string?> items)
    {
        Dictionary<string, string>? entry = null;
        for (var i = 0; i + 1 < items.Count; i += 2)
        {
            if (items[i] == "count")
            {
                if (entry is not null)
                {
                    yield return entry;
                }

                entry = new(StringComparer.Ordinal);
            }

            entry?.TryAdd(items[i]!, items[i + 1] ?? string.Empty);
        }

        if (entry is not null)
        {
            yield return entry;
        }
    }

    private static TimeSpan Age(Dictionary<string, string> entry) => TimeSpan.FromSeconds(double.Parse(entry["age-seconds"], CultureInfo.InvariantCulture));
}
