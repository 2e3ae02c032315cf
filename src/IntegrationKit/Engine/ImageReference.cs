namespace IntegrationKit.Engine;

/// <summary>An image's name in its parts: <c>registry:5000/team/name:tag@sha256:…</c></summary>
/// <param name="Name">Registry, if any, and repository.</param>
/// <param name="Tag">Null where none is written.</param>
/// <param name="Digest">With its algorithm, or null.</param>
internal readonly record struct ImageReference(string Name, string? Tag, string? Digest)
{
    /// <summary>The tag that the engine assumes where none is written. A pull without a tag would fetch all tags of the image.</summary>
    public const string DefaultTag = "latest";

    /// <summary>Whether the first part names a registry, by the rule of docker's own reference parser.</summary>
    public bool HasRegistryHost =>
        Name.Split('/') is [var first, _, ..] && (first.Contains('.') || first.Contains(':') || first == "localhost");

    public static ImageReference Parse(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        var at = text.IndexOf('@');
        var digest = at < 0 ? null : text[(at + 1)..];
        var named = at < 0 ? text : text[..at];

        // A colon before the last slash belongs to the registry's port.
        var colon = named.LastIndexOf(':');
        return colon > named.LastIndexOf('/')
            ? new ImageReference(named[..colon], named[(colon + 1)..], digest)
            : new ImageReference(named, Tag: null, digest);
    }

    /// <summary>The same image under <paramref name="prefix"/>, for example a mirror: <c>mirror.example/library</c>.</summary>
    public ImageReference WithPrefix(string prefix) => this with { Name = $"{prefix.TrimEnd('/')}/{Name}" };

    public override string ToString() =>
        Name + (Tag is null ? string.Empty : ":" + Tag) + (Digest is null ? string.Empty : "@" + Digest);
}
