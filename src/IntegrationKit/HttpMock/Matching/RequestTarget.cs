using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace IntegrationKit.HttpMock;

/// <summary>The path of a request, split and decoded, and its query.</summary>
internal sealed class RequestTarget
{
    private readonly string _queryString;

    /// <param name="rawTarget">The target as it was sent.</param>
    /// <param name="path">The path as the server normalised it: decoded except for %2F.</param>
    /// <param name="queryString">The query with its question mark, or empty.</param>
    public RequestTarget(string rawTarget, string path, string queryString)
    {
        _queryString = queryString;
        Path = path;
        Query = ParseQuery(queryString);

        // The raw path is split before it is decoded, so that an encoded slash stays within its segment. Where the raw
        // path has dot segments or is an absolute URL, the normalised path is used.
        var rawPath = rawTarget.Split('?', 2)[0];
        Segments = rawPath.StartsWith('/') && !rawPath.Contains("/.", StringComparison.Ordinal)
            ? [.. Split(rawPath).Select(Uri.UnescapeDataString)]
            : Split(path);
    }

    public string Path { get; }

    public IReadOnlyDictionary<string, StringValues> Query { get; }

    public IReadOnlyList<string> Segments { get; }

    /// <summary>The segments between the slashes. A trailing slash adds none.</summary>
    public static string[] Split(string path)
    {
        var segments = path.Split('/')[1..];
        return segments is [.., ""] ? segments[..^1] : segments;
    }

    public static IReadOnlyDictionary<string, StringValues> ParseQuery(string queryString)
    {
        // Not QueryHelpers, which ignores the case of names: a real service does not.
        var values = new Dictionary<string, StringValues>(StringComparer.Ordinal);
        foreach (var pair in new QueryStringEnumerable(queryString))
        {
            var name = pair.DecodeName().ToString();
            values[name] = StringValues.Concat(values.GetValueOrDefault(name), pair.DecodeValue().ToString());
        }

        return values;
    }

    public override string ToString() => _queryString.Length == 0 ? Path : $"{Path}?{Redaction.Form(_queryString[1..])}";
}
