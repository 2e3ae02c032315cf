using System.Text.RegularExpressions;

namespace IntegrationKit.HttpMock;

/// <summary>A part of a path template between two slashes.</summary>
/// <param name="Prefix">The literal before the parameter, or the whole literal.</param>
/// <param name="Parameter">The parameter's name; null for a literal.</param>
/// <param name="Suffix">The literal after the parameter.</param>
internal sealed partial record PathSegment(string Prefix, string? Parameter, string Suffix)
{
    public static PathSegment Parse(string text, string path)
    {
        if (text.Contains('*', StringComparison.Ordinal))
        {
            throw new ArgumentException(
                $"In the path '{path}' the * must be the whole last segment: it matches the rest of the path. For one segment write {{name}}.", nameof(path));
        }

        if (!text.AsSpan().ContainsAny('{', '}'))
        {
            return new(Uri.UnescapeDataString(text), Parameter: null, Suffix: string.Empty);
        }

        var match = OneParameter().Match(text);
        return match.Success
            ? new(Uri.UnescapeDataString(match.Groups["prefix"].Value), match.Groups["name"].Value, Uri.UnescapeDataString(match.Groups["suffix"].Value))
            : throw new ArgumentException(
                $"In the path '{path}' the segment '{text}' is not valid: write {{name}} with letters, digits and _ only, at most one in a segment. " +
                "For a condition on its value use Matching.", nameof(path));
    }

    public bool TryMatch(string value, out string? parameterValue)
    {
        parameterValue = null;
        if (Parameter is null)
        {
            return value == Prefix;
        }

        // An empty segment is no value: /orders//items is not /orders/{id}/items.
        if (value.Length <= Prefix.Length + Suffix.Length ||
            !value.StartsWith(Prefix, StringComparison.Ordinal) || !value.EndsWith(Suffix, StringComparison.Ordinal))
        {
            return false;
        }

        parameterValue = value[Prefix.Length..^Suffix.Length];
        return true;
    }

    public override string ToString() => Parameter is null ? Prefix : $"{Prefix}{{{Parameter}}}{Suffix}";

    [GeneratedRegex(@"\A(?<prefix>[^{}]*)\{(?<name>\w+)\}(?<suffix>[^{}]*)\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OneParameter();
}
