using System.Text;

namespace IntegrationKit.Tests.Engine.Support;

/// <summary>A request as the fake engine got it.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Version">The API version in the path, or null.</param>
/// <param name="Path">The path without the version.</param>
/// <param name="Query">The query, unescaped, without its question mark.</param>
/// <param name="Headers">By lower-case name.</param>
internal sealed record FakeRequest(
    string Method, Version? Version, string Path, string Query, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>Path and query as they were sent.</summary>
    public string Target { get; private init; } = string.Empty;

    public byte[] Body { get; set; } = [];

    public string Text => Encoding.UTF8.GetString(Body);

    public bool WaitsForGoAhead => Headers.GetValueOrDefault("expect") == "100-continue";

    public override string ToString() => $"{Method} {(Version is null ? "" : $"/v{Version}")}{Path}";

    public static FakeRequest Parse(string head)
    {
        var lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var start = lines[0].Split(' ');
        var target = start[1].Split('?', 2);
        var path = target[0];
        Version? version = null;
        if (path.StartsWith("/v1.", StringComparison.Ordinal))
        {
            var end = path.IndexOf('/', 1);
            version = Version.Parse(path[2..end]);
            path = path[end..];
        }

        var headers = lines.Skip(1).Select(line => line.Split(':', 2))
            .ToDictionary(parts => parts[0].ToLowerInvariant(), parts => parts[1].Trim());
        return new FakeRequest(
            start[0], version, Uri.UnescapeDataString(path), target.Length == 2 ? Uri.UnescapeDataString(target[1]) : "", headers)
        {
            Target = start[1],
        };
    }
}
