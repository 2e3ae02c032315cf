using System.Text.Json;

namespace IntegrationKit.Engine;

/// <summary>What an answer must have to be one.</summary>
internal static class EngineAnswers
{
    /// <summary>The answer, which neither the client nor the serializer promises: a body of <c>null</c> is JSON too.</summary>
    public static T Present<T>(T? answer)
        where T : class =>
        answer ?? throw new JsonException("the answer is null");

    /// <summary>The id of what was made; a later call with an empty one would mean something else.</summary>
    public static string PresentId(string? id) => string.IsNullOrEmpty(id) ? throw new JsonException("the answer has no id") : id;
}
