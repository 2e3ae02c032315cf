namespace IntegrationKit.Diagnostics;

/// <summary>Finds the keys of a configuration that were probably meant by another key.</summary>
internal static class KeySimilarity
{
    private const int LongestCompared = 200;

    /// <summary>The similar ones of some keys, the most similar first, without the key itself.</summary>
    public static IReadOnlyList<string> Nearest(string key, IEnumerable<string> candidates, int count) =>
    [
        .. candidates.Where(each => !string.Equals(each, key, StringComparison.OrdinalIgnoreCase))
            .Select(each => (Key: each, Distance: Distance(key, each)))
            .Where(each => each.Distance is not null)
            .OrderBy(each => each.Distance).ThenBy(each => each.Key, StringComparer.OrdinalIgnoreCase)
            .Select(each => each.Key)
            .Take(count),
    ];

    /// <summary>The number of mistakes between them, 0 where only separators differ; null where they are not similar.</summary>
    public static int? Distance(string key, string candidate)
    {
        if (key.Length > LongestCompared || candidate.Length > LongestCompared)
        {
            return null;
        }

        var (left, right) = (key.ToUpperInvariant(), candidate.ToUpperInvariant());
        if (string.Equals(Bare(left), Bare(right), StringComparison.Ordinal))
        {
            return 0;
        }

        var distance = EditDistance.Between(left, right);
        return distance <= Math.Max(2, key.Length / 6) || LastPart(left) == LastPart(right) ? distance : null;
    }

    /// <summary>Without the separators that people mix up: <c>Orders.Url</c>, <c>Orders_Url</c>, <c>Orders:Url</c>.</summary>
    private static string Bare(string key) => string.Concat(key.Where(char.IsLetterOrDigit));

    private static string LastPart(string key) => key[(key.LastIndexOf(':') + 1)..];
}
