using System.Text.Json;

namespace IntegrationKit.Engine;

/// <summary>Finds the engine's message in the body of an error.</summary>
internal static class EngineMessage
{
    private const int Longest = 2000;

    public static string Read(string? body)
    {
        var text = (Member(body, "message") ?? body ?? string.Empty).Trim();
        return text.Length switch
        {
            0 => "(no message)",
            > Longest => text[..Longest] + "…",
            _ => text,
        };
    }

    /// <summary>A text in the body of an error; null where it has none.</summary>
    public static string? Member(string? body, string name)
    {
        if (string.IsNullOrWhiteSpace(body) || body.TrimStart()[0] != '{')
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.TryGetProperty(name, out var message) && message.ValueKind == JsonValueKind.String
                ? message.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
