using System.Text.RegularExpressions;

namespace IntegrationKit.HttpMock;

/// <summary>Redacts secrets in messages, and cuts long bodies.</summary>
internal static partial class Redaction
{
    public const string Hidden = "***";

    private const int LongestBody = 160;

    // More than is shown, since redaction shortens the text; far less than a body can have.
    private const int LongestRead = 2_000;
    private const string SecretNames = "authorization|cookie|token|secret|passw|pwd|api-?_?key|signature|credential|session";

    public static bool IsSecret(string name) => SecretName().IsMatch(name);

    public static string Value(string name, string? value) =>
        IsSecret(name) ? Hidden : Cut(value ?? string.Empty, value?.Length ?? 0);

    /// <summary>A text without secrets, cut to a length that is easy to read.</summary>
    public static string Short(string text) => Cut(text, text.Length);

    /// <summary>A query or a form body.</summary>
    public static string Form(string text) => SecretField().Replace(text, $"${{name}}={Hidden}");

    /// <summary>A body in one line, cut to a length that is easy to read.</summary>
    public static string Body(string body)
    {
        var start = body[..Math.Min(body.Length, LongestRead)];
        if (start.Any(c => c == '\uFFFD' || (char.IsControl(c) && !char.IsWhiteSpace(c))))
        {
            return $"({body.Length} characters of binary data)";
        }

        var text = SecretMember().Replace(start, $"${{name}}\"{Hidden}\"");
        return Cut(LineBreaks().Replace(SecretField().Replace(text, $"${{name}}={Hidden}"), " "), body.Length);
    }

    private static string Cut(string text, int length) =>
        text.Length <= LongestBody && length <= LongestRead ? text : $"{text.AsSpan(0, Math.Min(text.Length, LongestBody))}… ({length} characters)";

    [GeneratedRegex(SecretNames, RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SecretName();

    [GeneratedRegex($@"(?<=^|&)(?<name>[\w.\-%]*(?:{SecretNames})[\w.\-%]*)=[^&\s]*", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SecretField();

    [GeneratedRegex($@"(?<name>""[^""]*(?:{SecretNames})[^""]*""\s*:\s*)(?:""(?:[^""\\]|\\.)*""?|[\w.+\-]+)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SecretMember();

    [GeneratedRegex(@"\s*[\r\n]+\s*", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LineBreaks();
}
