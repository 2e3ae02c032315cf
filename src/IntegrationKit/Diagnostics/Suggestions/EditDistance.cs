namespace IntegrationKit.Diagnostics;

/// <summary>How many characters must be added, removed or replaced to turn one text into another (Levenshtein).</summary>
internal static class EditDistance
{
    // Longer texts differ by more than a typing mistake, and the cost grows with the square of the length.
    private const int LongestCompared = 300;

    public static int Between(string from, string to)
    {
        var (left, right) = (from[..Math.Min(from.Length, LongestCompared)], to[..Math.Min(to.Length, LongestCompared)]);
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[right.Length];
    }
}
