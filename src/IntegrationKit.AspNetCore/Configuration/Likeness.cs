using IntegrationKit.Diagnostics;

namespace IntegrationKit.AspNetCore;

/// <summary>Tells whether one key may have been meant where another was written.</summary>
internal static class Likeness
{
    private const int LongestCompared = 200;

    /// <summary>How far apart they are, 0 where only marks differ; null where they have nothing to do with each other.</summary>
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
        return distance <= Math.Max(2, key.Length / 6) ? distance : LastPart(left) == LastPart(right) ? distance : null;
    }

    /// <summary>Without the marks that people mix up: <c>Orders.Url</c>, <c>Orders_Url</c>, <c>Orders:Url</c>.</summary>
    private static string Bare(string key) => string.Concat(key.Where(char.IsLetterOrDigit));

    private static string LastPart(string key) => key[(key.LastIndexOf(':') + 1)..];
}
