using System.Text.Json;

namespace IntegrationKit.Engine;

internal static class EngineAnswers
{
    /// <summary>The answer, which the client does not promise: a body of <c>null</c> is JSON too.</summary>
    public static async Task<T> PresentAsync<T>(this Task<T> answer)
        where T : class =>
        await answer.ConfigureAwait(false) ?? throw new JsonException("the answer is null");

    /// <summary>The list, which engines write as <c>null</c> where it is empty.</summary>
    public static async Task<IList<T>> ListAsync<T>(this Task<IList<T>> answer) => await answer.ConfigureAwait(false) ?? [];

    /// <summary>The id of what was made; a later call with an empty one would mean something else.</summary>
    public static string PresentId(string? id) => string.IsNullOrEmpty(id) ? throw new JsonException("the answer has no id") : id;
}
