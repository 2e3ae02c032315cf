using System.Collections.Immutable;

namespace IntegrationKit.HttpMock;

/// <summary>What a stub matches and answers at one moment.</summary>
internal sealed record StubDefinition(string Method, PathTemplate Path)
{
    public const string AnyMethod = "*";

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

    public IEnumerable<string> Mismatches(ReceivedRequest request) =>
        Conditions.Select(condition => condition.Mismatch(request)).OfType<string>();

    /// <summary>The request with its route values where the stub matches it, else null.</summary>
    public ReceivedRequest? TryMatch(ReceivedRequest request)
    {
        if (!AcceptsMethod(request.Method) || !Path.TryMatch(request.Target.Segments, out var values))
        {
            return null;
        }

        var candidate = request.At(values);
        return Mismatches(candidate).Any() ? null : candidate;
    }

    public override string ToString() => Conditions.IsEmpty
        ? $"{Method} {Path.Text}"
        : $"{Method} {Path.Text} ({string.Join(", ", Conditions.Select(condition => condition.Describe()))})";
}
