using System.Text.Encodings.Web;

namespace IntegrationKit.Diagnostics;

/// <summary>The ways in which a message may write a secret.</summary>
internal static class SecretForms
{
    // A shorter line of a secret, such as a bracket in JSON, is not secret by itself.
    private const int ShortestLine = 16;

    /// <summary>As it is, in a URI, in a quoted setting, escaped; if it has several lines, also each line.</summary>
    public static IEnumerable<string> Of(string secret)
    {
        if (secret.Length == 0)
        {
            return [];
        }

        var escaped = secret.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return
        [
            secret,
            Uri.EscapeDataString(secret),
            secret.Replace("'", "''", StringComparison.Ordinal),
            secret.Replace("\"", "\"\"", StringComparison.Ordinal),
            escaped,
            JavaScriptEncoder.Default.Encode(secret),
            .. secret.Contains('\n', StringComparison.Ordinal) ? secret.Split('\n', StringSplitOptions.TrimEntries).Where(line => line.Length >= ShortestLine) : [],
        ];
    }
}
