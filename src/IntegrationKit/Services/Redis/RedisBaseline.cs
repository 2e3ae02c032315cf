using System.Globalization;
using System.Text.RegularExpressions;

namespace IntegrationKit.Services.Redis;

/// <summary>The keys at one time, with their values and times to live, and the functions if they are noted too.</summary>
internal sealed partial class RedisBaseline
{
    private readonly IReadOnlyList<RedisDatabase> _databases;
    private readonly string? _functions;

    private readonly string? _noted;

    private RedisBaseline(IReadOnlyList<RedisDatabase> databases, string? functions = null, string? noted = null) => (_databases, _functions, _noted) = (databases, functions, noted);

    /// <summary>Whether the server counts each change of the keys.</summary>
    private bool IsCounted => _databases.All(each => each.Keys.Values.All(value => value.IsWatched));

    public static RedisBaseline Empty { get; } = new([]);

    /// <summary>One database alone.</summary>
    public static RedisBaseline Of(RedisDatabase database) => new([database]);

    /// <summary>Notes every database that has keys, and the functions.</summary>
    public static async Task<RedisBaseline> CaptureAllAsync(RespConnection redis, CancellationToken cancellationToken)
    {
        // Before the keys: what is written meanwhile counts as a change.
        var noted = await RedisChanges.ReadAsync(redis, cancellationToken).ConfigureAwait(false);
        var databases = new List<RedisDatabase>();
        foreach (var index in await FindUsedAsync(redis, cancellationToken).ConfigureAwait(false))
        {
            databases.Add(await RedisDatabase.NoteAsync(redis, index, cancellationToken).ConfigureAwait(false));
        }

        try
        {
            var functions = await redis.SendAsync(cancellationToken, "FUNCTION", "DUMP").ConfigureAwait(false);
            return new(databases, functions, noted);
        }
        catch (IOException e) when (e.Message.Contains("unknown command", StringComparison.OrdinalIgnoreCase))
        {
            // Redis before 7 has no functions.
            return new(databases);
        }
    }

    /// <summary>Whether nothing was written to a whole server since this baseline was captured or restored.</summary>
    public async Task<bool> IsUnchangedAsync(RespConnection redis, CancellationToken cancellationToken) =>
        _noted is not null && IsCounted && _noted == await RedisChanges.ReadAsync(redis, cancellationToken).ConfigureAwait(false);

    /// <summary>Puts everything back on a whole server that was emptied, in one transaction: nobody writes between that and the note of it.</summary>
    /// <returns>The same baseline, which knows what the server has told in the end.</returns>
    public async Task<RedisBaseline> RestoreAsync(RespConnection redis, CancellationToken cancellationToken)
    {
        if (_databases.Count == 0 && _functions is null)
        {
            return this;
        }

        List<string[]> commands =
        [
            ["MULTI"],
            ["FLUSHALL", "SYNC"],
            .. _databases.SelectMany(each => each.Keys.Keys.Select(each.Restore).Prepend(each.Select)),
            .. _functions is null ? Array.Empty<string[]>() : [["FUNCTION", "RESTORE", _functions, "FLUSH"]],
            RedisChanges.Question,
            ["EXEC"],
        ];
        var answers = await redis.AskAllAsync(commands, cancellationToken).ConfigureAwait(false);
        var done = answers[^1].Items(commands[^1]);
        return new(_databases, _functions, RedisChanges.Read(done[^1]));
    }

    /// <summary>The keys that differ.</summary>
    /// <param name="redis">The connection.</param>
    /// <param name="index">The only database that counts; null for all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<Leftover>> FindLeftoversAsync(RespConnection redis, int? index, CancellationToken cancellationToken)
    {
        var leftovers = new RedisLeftovers();
        var used = index is { } only ? [only] : await FindUsedAsync(redis, cancellationToken).ConfigureAwait(false);
        foreach (var each in used.Union(_databases.Select(each => each.Index)).Order())
        {
            var before = _databases.FirstOrDefault(database => database.Index == each) ?? RedisDatabase.Empty(each);
            await leftovers.CompareAsync(redis, before, suffix: index is null && each > 0 ? FormattableString.Invariant($" in database {each}") : string.Empty, cancellationToken).ConfigureAwait(false);
        }

        return leftovers.Found;
    }

    private static async Task<IReadOnlyList<int>> FindUsedAsync(RespConnection redis, CancellationToken cancellationToken)
    {
        var keyspace = await redis.SendAsync(cancellationToken, "INFO", "keyspace").ConfigureAwait(false) ?? string.Empty;
        return [.. Database().Matches(keyspace).Select(each => int.Parse(each.Groups["index"].ValueSpan, CultureInfo.InvariantCulture))];
    }

    [GeneratedRegex(@"^db(?<index>\d+):", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Database();
}
