namespace IntegrationKit.Services.Redis;

/// <summary>What a test can change of a server of its own besides data: its configuration and its users, as they were at one time.</summary>
internal sealed class RedisSettings
{
    private static readonly string[][] Questions = [["CONFIG", "GET", "*"], ["ACL", "LIST"]];

    private readonly Dictionary<string, string> _configuration = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _users = new(StringComparer.Ordinal);

    private RedisSettings(IReadOnlyList<string?> configuration, IEnumerable<string?> users)
    {
        for (var i = 0; i + 1 < configuration.Count; i += 2)
        {
            _configuration[configuration[i]!] = configuration[i + 1] ?? string.Empty;
        }

        // Each is a line: user NAME RULES. That payloads are checked is the default, and shown only after it was set.
        foreach (var user in users.OfType<string>().Select(line => line.Split(' ')).Where(words => words[1] != RedisAdministrator.Name))
        {
            _users[user[1]] = string.Join(' ', user.Skip(2).Where(rule => rule != "sanitize-payload"));
        }
    }

    public static async Task<RedisSettings> CaptureAsync(RespConnection redis, CancellationToken cancellationToken)
    {
        var answers = await redis.AskAllAsync(Questions, cancellationToken).ConfigureAwait(false);

        // Redis before 6 has no users.
        return new(answers[0].Items(Questions[0]), answers[1].Error is null ? answers[1].Values : []);
    }

    /// <summary>Brings back what has changed since.</summary>
    /// <exception cref="IntegrationKitException">The server refuses one of it.</exception>
    public async Task RestoreAsync(RespConnection redis, CancellationToken cancellationToken)
    {
        var current = await CaptureAsync(redis, cancellationToken).ConfigureAwait(false);
        List<string[]> commands =
        [
            .. Changed(_configuration, current._configuration).Select(each => new[] { "CONFIG", "SET", each.Key, each.Value }),
            .. Changed(_users, current._users).Select(each => (string[])["ACL", "SETUSER", each.Key, "reset", .. each.Value.Split(' ')]),
            .. current._users.Keys.Except(_users.Keys).Select(each => new[] { "ACL", "DELUSER", each }),
        ];
        var answers = await redis.AskAllAsync(commands, cancellationToken).ConfigureAwait(false);
        if (answers.Zip(commands).FirstOrDefault(each => each.First.Error is not null) is ({ } answer, var command))
        {
            throw new IntegrationKitException(
                $"What a test has changed of the Redis server cannot be brought back: {string.Join(' ', command.Take(3))} is answered by: {answer.Error}. Stop the service and start it again.");
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Changed(Dictionary<string, string> wanted, Dictionary<string, string> current) =>
        wanted.Where(each => current.GetValueOrDefault(each.Key) != each.Value);
}
