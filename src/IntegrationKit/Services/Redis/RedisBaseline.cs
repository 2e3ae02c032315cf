using System.Globalization;
using System.Text.RegularExpressions;

namespace IntegrationKit.Services.Redis;

/// <summary>The keys at one time, with their values and times to live, and the functions if they are noted too.</summary>
internal sealed partial class RedisBaseline
{
    private readonly IReadOnlyList<RedisDatabase> _databases;
    private readonly string? _functions;

    private RedisBaseline(IReadOnlyList<RedisDatabase> databases, string? functions = null) => (_databases, _functions) = (databases, functions);

    public static RedisBaseline Empty { get; } = new([]);

    /// <summary>One database alone.</summary>
    public static RedisBaseline Of(RedisDatabase database) => new([database]);

    /// <summary>Notes every database that has keys, and the functions.</summary>
    public static async Task<RedisBaseline> CaptureAllAsync(RespConnection redis, CancellationToken cancellationToken)
    {
        var databases = new List<RedisDatabase>();
        foreach (var index in await FindUsedAsync(redis, cancellationToken).ConfigureAwait(false))
        {
            databases.Add(await RedisDatabase.NoteAsync(redis, index, cancellationToken).ConfigureAwait(false));
        }

        try
        {
            return new(databases, await redis.SendAsync(cancellationToken, "FUNCTION", "DUMP").ConfigureAwait(false));
        }
        catch (IOException e) when (e.Message.Contains("unknown command", StringComparison.OrdinalIgnoreCase))
        {
            // Redis before 7 has no functions.
            return new(databases);
        }
    }

    /// <summary>Puts everything back after the server or database was emptied.</summary>
    public async Task RestoreAsync(RespConnection redis, CancellationToken cancellationToken)
    {
        List<string[]> commands =
        [
            .. _databases.Where(each => each.Keys.Count > 0).SelectMany(each => each.Keys.Keys.Select(each.Restore).Prepend(each.Select)),
            .. _functions is null ? Array.Empty<string[]>() : [["FUNCTION", "RESTORE", _functions, "REPLACE"]],
        ];
        if (commands.Count > 0)
        {
            await redis.SendAllAsync(commands, cancellationToken).ConfigureAwait(false);
        }
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
