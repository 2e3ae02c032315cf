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

    public bool Counts(ReceivedRequest request) =>
        Requests.TryMatch(request) is { } candidate && (Matching is null || Matching(candidate));

    /// <summary>Whether the count is right. Requests that the journal has dropped could change it, except where a minimum is reached.</summary>
    public bool IsMet(int count, long dropped) => IsMinimum ? count >= Times : count == Times && dropped == 0;

    /// <summary>Whether the result is unknown because of the dropped requests.</summary>
    public bool IsUnknown(int count, long dropped) => dropped > 0 && (IsMinimum || count <= Times);

    public override string ToString() => Matching is null ? Requests.ToString() : $"{Requests} matching {MatchingText}";
}
