using System.Collections.Frozen;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace IntegrationKit.HttpMock;

/// <summary>The path of a request, split and decoded, and its query.</summary>
internal sealed class RequestTarget
{
    public static readonly RequestTarget None = new(string.Empty, string.Empty, string.Empty);

    // More than is shown, since redaction shortens the text; far less than a query can have.
    private const int LongestRead = 2_000;

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
        var pathEnd = rawTarget.IndexOf('?', StringComparison.Ordinal);
        var rawPath = pathEnd < 0 ? rawTarget : rawTarget[..pathEnd];
        Segments = rawPath.StartsWith('/') && !rawPath.Contains("/.", StringComparison.Ordinal)
            ? Array.ConvertAll(Split(rawPath), Uri.UnescapeDataString)
            : Split(path);
    }

    public string Path { get; }

    public int Length => Path.Length + _queryString.Length;

    public IReadOnlyDictionary<string, StringValues> Query { get; }

    public string[] Segments { get; }

    /// <summary>The segments between the slashes. A trailing slash adds none.</summary>
    public static string[] Split(string path)
    {
        var segments = path.Split('/')[1..];
        return segments is [.., ""] ? segments[..^1] : segments;
    }

    public static IReadOnlyDictionary<string, StringValues> ParseQuery(string queryString)
    {
        if (queryString.Length == 0)
        {
            return FrozenDictionary<string, StringValues>.Empty;
        }

        // Not QueryHelpers, which ignores the case of names: a real service does not.
        var values = new Dictionary<string, StringValues>(StringComparer.Ordinal);
        foreach (var pair in new QueryStringEnumerable(queryString))
        {
            var name = pair.DecodeName().ToString();
            values[name] = StringValues.Concat(values.GetValueOrDefault(name), pair.DecodeValue().ToString());
        }

        return values;
    }

    /// <summary>Path and query without secrets, cut to a length that is easy to read.</summary>
    public override string ToString() => _queryString.Length == 0
        ? Redaction.Short(Path)
        : Redaction.Short($"{Redaction.Short(Path)}?{Redaction.Form(_queryString[1..Math.Min(_queryString.Length, LongestRead)])}");
}
