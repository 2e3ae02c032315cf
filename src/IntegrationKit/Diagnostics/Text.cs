using System.Globalization;

namespace IntegrationKit.Diagnostics;

/// <summary>How messages write durations and lists.</summary>
internal static class Text
{
    /// <summary>For example <c>340 ms</c>, <c>2.4 s</c> or <c>2 min</c>.</summary>
    public static string Seconds(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms"),
        { TotalSeconds: <= 90 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.##} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.#} min"),
    };

    /// <summary>For example <c>64 MiB</c>.</summary>
    public static string Mebibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.#} MiB");

    /// <summary>For example <c>'a', 'b' and 'c'</c>.</summary>
    public static string Quoted(IEnumerable<string> names)
    {
        var quoted = names.Select(name => $"'{name}'").ToArray();
        return quoted.Length switch
        {
            0 => "none",
            1 => quoted[0],
            _ => string.Join(", ", quoted[..^1]) + " and " + quoted[^1],
        };
    }

    /// <summary>An exception's message, and that of the innermost one if it says something else.</summary>
    public static string Reason(Exception error)
    {
        var root = error.GetBaseException().Message;
        return error.Message.Contains(root, StringComparison.Ordinal) ? error.Message : $"{error.Message}: {root}";
    }

    /// <summary>The beginning of a text, and how much of it is left out if it is longer than <paramref name="longest"/> characters.</summary>
    public static string Cut(string text, int longest) => text.Length <= longest
        ? text
        : string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, longest)}… ({text.Length - longest:N0} more characters)");

    /// <summary>The first line of an exception's message, for a list.</summary>
    public static string FirstLine(string text)
    {
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        return end < 0 ? text : text[..end];
    }
}
