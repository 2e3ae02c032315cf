using System.Text.Json;

namespace IntegrationKit.HttpMock;

/// <summary>The body is JSON that contains the expected JSON.</summary>
internal sealed class JsonCondition : IRequestCondition
{
    private readonly JsonElement _expected;

    public JsonCondition(object expected)
    {
        try
        {
            _expected = expected is string text
                ? JsonElement.Parse(text)
                : JsonSerializer.SerializeToElement(expected, expected.GetType(), JsonSerializerOptions.Web);
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"The expected body is not JSON: {e.Message}", nameof(expected), e);
        }
    }

    public string? Mismatch(ReceivedRequest request) => request switch
    {
        { BodyBytes.IsEmpty: true } => $"{Describe()} expected, got no body",
        { BodyProblem: { } problem } => $"{Describe()} expected, got a body that cannot be decoded: {problem}",
        { Json: not { } } => $"{Describe()} expected, got a body that is not JSON: {Redaction.Body(request.Body)}",
        { Json: { } actual } => JsonContainment.FirstDifference(_expected, actual) is { } difference ? $"json {difference}" : null,
    };

    public string Describe() => $"json {Redaction.Body(_expected.GetRawText())}";
}
