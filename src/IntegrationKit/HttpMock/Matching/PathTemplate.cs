using System.Collections.Frozen;

namespace IntegrationKit.HttpMock;

/// <summary>A path as a test writes it: literals, <c>{parameters}</c>, <c>*</c> for the rest, and a query.</summary>
internal sealed class PathTemplate
{
    public const string Rest = "*";

    public static readonly IReadOnlyDictionary<string, string> NoValues = FrozenDictionary<string, string>.Empty;

    private readonly PathSegment[] _segments;
    private readonly bool _takesRest;

    private PathTemplate(string text, PathSegment[] segments, bool takesRest, IReadOnlyList<QueryCondition> query) =>
        (Text, _segments, _takesRest, Query) = (text, segments, takesRest, query);

    /// <summary>The path as it was written, without its query.</summary>
    public string Text { get; }

    public IReadOnlyList<QueryCondition> Query { get; }

    public static PathTemplate Parse(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var text = path.Split('?', 2)[0];
        ThrowIfNotRooted(path, text);

        var parts = text == Rest ? [Rest] : RequestTarget.Split(text);
        var takesRest = parts is [.., Rest];
        var segments = parts.SkipLast(takesRest ? 1 : 0).Select(part => PathSegment.Parse(part, path)).ToArray();
        var repeated = segments.Where(s => s.Parameter is not null).GroupBy(s => s.Parameter).FirstOrDefault(g => g.Count() > 1);
        if (repeated is not null)
        {
            throw new ArgumentException($"The path '{path}' has the parameter {{{repeated.Key}}} twice.", nameof(path));
        }

        var query = RequestTarget.ParseQuery(path[text.Length..]);
        return new(text, segments, takesRest, [.. query.SelectMany(q => q.Value, (q, value) => new QueryCondition(q.Key, value ?? string.Empty))]);
    }

    /// <summary>Whether the path matches, and the values of the parameters.</summary>
    public bool TryMatch(string[] path, out IReadOnlyDictionary<string, string> values)
    {
        values = NoValues;
        if (_takesRest ? path.Length < _segments.Length : path.Length != _segments.Length)
        {
            return false;
        }

        Dictionary<string, string>? found = null;
        for (var i = 0; i < _segments.Length; i++)
        {
            if (!_segments[i].TryMatch(path[i], out var value))
            {
                return false;
            }

            if (value is not null)
            {
                (found ??= new(StringComparer.Ordinal))[_segments[i].Parameter!] = value;
            }
        }

        if (_takesRest)
        {
            (found ??= new(StringComparer.Ordinal))[Rest] = string.Join('/', path.Skip(_segments.Length));
        }

        values = found ?? NoValues;
        return true;
    }

    /// <summary>This template with the path's values for its parameters, where they match, so that only literals differ.</summary>
    public string FilledFrom(string[] path)
    {
        var filled = _segments.Select((segment, i) =>
            i < path.Length && segment.TryMatch(path[i], out _) ? path[i] : segment.ToString());
        return "/" + string.Join('/', _takesRest ? filled.Concat(path.Skip(_segments.Length)) : filled);
    }

    private static void ThrowIfNotRooted(string path, string text)
    {
        if (text.StartsWith('/') || text == Rest)
        {
            return;
        }

        var rooted = Uri.TryCreate(path, UriKind.Absolute, out var url) ? url.PathAndQuery : "/" + path;
        throw new ArgumentException($"The path '{path}' must start with a slash: write '{rooted}'.", nameof(path));
    }
}
