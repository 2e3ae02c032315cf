using System.Text.Json;

namespace IntegrationKit.Engine;

/// <summary>Checks what every answer must have.</summary>
internal static class EngineAnswers
{
    /// <summary>Returns the answer, and throws where it is null: a body of <c>null</c> is valid JSON, and neither the client nor the serializer refuses it.</summary>
    public static T Present<T>(T? answer)
        where T : class =>
        answer ?? throw new JsonException("the answer is null");

    /// <summary>Returns the id, and throws where it is missing: with an empty one a later call would mean something else.</summary>
    public static string PresentId(string? id) => string.IsNullOrEmpty(id) ? throw new JsonException("the answer has no id") : id;
}
