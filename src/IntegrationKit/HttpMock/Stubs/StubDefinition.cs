using System.Collections.Immutable;

namespace IntegrationKit.HttpMock;

/// <summary>What a stub matches and answers at one moment.</summary>
internal sealed record StubDefinition(string Method, PathTemplate Path)
{
    public const string AnyMethod = "*";

    private const string Head = "HEAD";

    public ImmutableArray<IRequestCondition> Conditions { get; init; } = [.. Path.Query];

    /// <summary>Null while the test has not said what to answer.</summary>
    public AnswerSequence? Answers { get; init; }

    public TimeSpan Delay { get; init; }

    public static StubDefinition Parse(string method, string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(method);
        return new(method.ToUpperInvariant(), PathTemplate.Parse(path));
    }

    public bool AcceptsMethod(string method) =>
        Method == AnyMethod || string.Equals(Method, method, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it answers requests with the method; where it is for GET, those with HEAD, too.</summary>
    public bool AnswersMethod(string method) => AcceptsMethod(method) || StandsIn(method);

    /// <summary>Whether it is for GET, and the request a HEAD: a stub for HEAD goes first, even if it is an older one.</summary>
    public bool StandsIn(string method) => Method == "GET" && IsHead(method);

    /// <summary>Whether it is for HEAD alone.</summary>
    public bool IsForHead => IsHead(Method);

    public IEnumerable<string> Mismatches(ReceivedRequest request) =>
        Conditions.Select(condition => condition.Mismatch(request)).OfType<string>();

    /// <summary>The request with its route values where the stub matches it, else null.</summary>
    public ReceivedRequest? TryMatch(ReceivedRequest request) => AcceptsMethod(request.Method) ? TryMatchRest(request) : null;

    /// <summary>The request with its route values where the stub may answer it, else null.</summary>
    public ReceivedRequest? TryAnswer(ReceivedRequest request) => AnswersMethod(request.Method) ? TryMatchRest(request) : null;

    /// <summary>Whether it matches and answers the same as it did, however many of its answers were given.</summary>
    public bool IsUnchanged(StubDefinition before) =>
        (Conditions, Delay) == (before.Conditions, before.Delay) && (Answers?.Repeats(before.Answers) ?? before.Answers is null);

    public override string ToString() => Conditions.IsEmpty
        ? $"{Method} {Path.Text}"
        : $"{Method} {Path.Text} ({string.Join(", ", Conditions.Select(condition => condition.Describe()))})";

    private static bool IsHead(string method) => string.Equals(method, Head, StringComparison.OrdinalIgnoreCase);

    private ReceivedRequest? TryMatchRest(ReceivedRequest request)
    {
        if (!Path.TryMatch(request.Target.Segments, out var values))
        {
            return null;
        }

        var candidate = request.At(values);
        foreach (var condition in Conditions)
        {
            if (condition.Mismatch(candidate) is not null)
            {
                return null;
            }
        }

        return candidate;
    }
}
