namespace IntegrationKit.HttpMock;

/// <summary>Which requests are expected, and how often.</summary>
/// <param name="Requests">Their method, path and query.</param>
/// <param name="Matching">A further condition; null for none. The caller sees its exceptions.</param>
/// <param name="MatchingText">The source text of that.</param>
/// <param name="Times">How often.</param>
/// <param name="IsMinimum">Whether more are right, too.</param>
internal sealed record Expectation(
    StubDefinition Requests, Func<ReceivedRequest, bool>? Matching, string? MatchingText, int Times, bool IsMinimum)
{
    public string HowOften => (Times, IsMinimum) switch
    {
        (0, false) => "never",
        (_, false) => $"exactly {Count(Times)}",
        (_, true) => $"at least {Count(Times)}",
    };

    public static string Count(int times) => times == 1 ? "1 time" : $"{times} times";

    /// <summary>Whether the request counts, and whether that is uncertain, because the condition has read a body that was cut.</summary>
    public (bool IsCounted, bool IsUncertain) Judge(ReceivedRequest request) => Requests.TryMatch(request) is not { } candidate
        ? (false, false)
        : (Matching is null || Matching(candidate), candidate.WasCutBodyRead);

    /// <summary>Whether the count is right, whatever was dropped or cut.</summary>
    /// <param name="certain">How many count for certain.</param>
    /// <param name="count">How many count.</param>
    /// <param name="unknown">How many others there are that may or may not count.</param>
    public bool IsMet(int certain, int count, long unknown) => IsMinimum ? certain >= Times : count == Times && unknown == 0;

    /// <summary>Whether the result is unknown because of what was dropped or cut.</summary>
    public bool IsUnknown(int certain, long unknown) => unknown > 0 && (IsMinimum || certain <= Times);

    public override string ToString() => Matching is null ? Requests.ToString() : $"{Requests} matching {MatchingText}";
}
