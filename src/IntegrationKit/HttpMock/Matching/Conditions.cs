namespace IntegrationKit.HttpMock;

/// <summary>What a stub asks of a request beyond its method and path.</summary>
internal interface IRequestCondition
{
    /// <summary>Why the request does not meet it, or null where it does.</summary>
    string? Mismatch(ReceivedRequest request);

    /// <summary>The condition in a few words, without secrets.</summary>
    string Describe();
}

/// <summary>A query parameter has a value; where it is repeated, one of them.</summary>
internal sealed record QueryCondition(string Name, string Value) : IRequestCondition
{
    public string? Mismatch(ReceivedRequest request) => !request.Query.TryGetValue(Name, out var values)
        ? $"{Describe()} expected, got none"
        : values.Contains(Value) ? null : $"{Describe()} expected, got {Redaction.Value(Name, values)}";

    public string Describe() => $"query {Name}={Redaction.Value(Name, Value)}";
}

/// <summary>A header has a value; where it is repeated, one of them.</summary>
internal sealed record HeaderCondition(string Name, string Value) : IRequestCondition
{
    public string? Mismatch(ReceivedRequest request) => !request.Headers.TryGetValue(Name, out var values)
        ? $"{Describe()} expected, got none"
        : values.Contains(Value) ? null : $"{Describe()} expected, got {Redaction.Value(Name, values)}";

    public string Describe() => $"header {Name}={Redaction.Value(Name, Value)}";
}

/// <summary>A delegate of the test says yes.</summary>
internal sealed record PredicateCondition(Func<ReceivedRequest, bool> Predicate, string Text) : IRequestCondition
{
    public string? Mismatch(ReceivedRequest request)
    {
        try
        {
            return Predicate(request) ? null : $"{Describe()} expected, got false";
        }
#pragma warning disable CA1031 // Whatever the test's delegate throws is an answer to "does it match?": no, and why.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return $"{Describe()} threw {e.GetType().Name}: {e.Message}";
        }
    }

    public string Describe() => $"matching {Text}";
}
