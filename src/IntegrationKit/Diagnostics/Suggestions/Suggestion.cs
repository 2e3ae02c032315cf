namespace IntegrationKit.Diagnostics;

/// <summary>Suggests what was probably meant by a word that is not known.</summary>
internal static class Suggestion
{
    /// <summary>A sentence that begins with a space, or nothing where no known word is similar.</summary>
    public static string DidYouMean(string word, IEnumerable<string> known) =>
        Find(word, known) is { } meant ? $" Did you mean '{meant}'?" : string.Empty;

    private static string? Find(string word, IEnumerable<string> known) => known
        .Select(each => (Word: each, Distance: EditDistance.Between(word.ToUpperInvariant(), each.ToUpperInvariant())))
        .Where(each => each.Distance <= Tolerance(each.Word))
        .OrderBy(each => each.Distance).ThenBy(each => each.Word, StringComparer.Ordinal)
        .Select(each => each.Word)
        .FirstOrDefault();

    // Two letters swapped count as two mistakes; in a word of three letters that would be nearly any other word.
    private static int Tolerance(string word) => word.Length <= 3 ? 1 : Math.Max(2, word.Length / 3);
}
