namespace IntegrationKit.HttpMock;

/// <summary>What a stub requires of a request besides its method and path.</summary>
internal interface IRequestCondition
{
    /// <summary>Why the request does not meet it, or null where it does.</summary>
    string? Mismatch(ReceivedRequest request);

    /// <summary>The condition in a few words, without secrets.</summary>
    string Describe();
}

/// <summary>A query parameter has this value; where it is repeated, one of its values is enough.</summary>
internal sealed record QueryCondition(string Name, string Value) : IRequestCondition
{
    public string? Mismatch(ReceivedRequest request) => !request.Query.TryGetValue(Name, out var values)
        ? $"{Describe()} expected, got none"
        : values.Contains(Value) ? null : $"{Describe()} expected, got {Redaction.Value(Name, values)}";

    public string Describe() => $"query {Name}={Redaction.Value(Name, Value)}";
}

/// <summary>A header has this value; where it is repeated, one of its values is enough.</summary>
internal sealed record HeaderCondition(string Name, string Value) : IRequestCondition
{
    public string? Mismatch(ReceivedRequest request) => !request.Headers.TryGetValue(Name, out var values)
        ? $"{Describe()} expected, got none"
        : values.Contains(Value) ? null : $"{Describe()} expected, got {Redaction.Value(Name, values)}";

    public string Describe() => $"header {Name}={Redaction.Value(Name, Value)}";
}

/// <summary>A delegate of the test returns true.</summary>
internal sealed record PredicateCondition(Func<ReceivedRequest, bool> Predicate, string Text) : IRequestCondition
{
    public string? Mismatch(ReceivedRequest request)
    {
        try
        {
            return Predicate(request) ? null : $"{Describe()} expected, got false";
        }
#pragma warning disable CA1031 // A delegate that throws does not match, and the reason is shown.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return $"{Describe()} threw {e.GetType().Name}: {e.Message}";
        }
    }

    public string Describe() => $"matching {Text}";
}
