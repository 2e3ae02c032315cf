namespace IntegrationKit.HttpMock;

/// <summary>The bodies of the mock's error answers, which explain to the author of a test what is wrong.</summary>
internal static class Refusals
{
    private const int MostStubs = 20;

    public static object NotMocked(ReceivedRequest request, string? nearest, IReadOnlyList<StubDefinition> stubs)
    {
        var names = stubs.Count <= MostStubs
            ? [.. stubs.Select(stub => stub.ToString())]
            : stubs.Take(MostStubs).Select(stub => stub.ToString()).Append($"and {stubs.Count - MostStubs} more").ToArray();
        var (method, path) = (request.Method, request.Target.ToString());
        return request.BodyProblem is { } problem
            ? new { error = "Not mocked", method, path, body = $"It could not be decoded: {problem}.", nearest, stubs = names }
            : new { error = "Not mocked", method, path, nearest, stubs = names };
    }

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

    public static object CannotBeSent(StubDefinition stub, string problem) => new
    {
        error = "The stub's answer cannot be sent",
        stub = stub.ToString(),
        problem,
    };

    public static object BodyTooLarge(ReceivedRequest request) => new
    {
        error = request.Refused == RequestReader.TooLongDecoded ? "Decoded body too large" : "Body too large",
        limit = RequestReader.LongestBody,
    };

    public static object BadRequest(Refusal refusal) => new
    {
        error = "The request cannot be read",
        reason = refusal.Reason,
    };
}
