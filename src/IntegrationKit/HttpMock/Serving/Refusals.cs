namespace IntegrationKit.HttpMock;

/// <summary>The bodies of the mock's error answers, which explain to the author of a test what is wrong.</summary>
internal static class Refusals
{
    private const int MostStubs = 20;

    public static object NotMocked(ReceivedRequest request, string? nearest, IReadOnlyList<StubDefinition> stubs) => new
    {
        error = "Not mocked",
        method = request.Method,
        path = request.Target.ToString(),
        nearest,
        stubs = stubs.Count <= MostStubs
            ? [.. stubs.Select(stub => stub.ToString())]
            : stubs.Take(MostStubs).Select(stub => stub.ToString()).Append($"and {stubs.Count - MostStubs} more").ToArray(),
    };

    public static object NoAnswer(StubDefinition stub) => new
    {
        error = "The stub has no answer",
        stub = stub.ToString(),
        fix = "Call Respond on what When returned.",
    };

    public static object ResponderThrew(StubDefinition stub, Exception exception) => new
    {
        error = "The stub's responder threw",
        stub = stub.ToString(),
        exception = $"{exception.GetType().Name}: {exception.Message}",
    };

    public static object BodyTooLarge() => new
    {
        error = "Body too large",
        limit = RequestReader.LongestBody,
    };
}
