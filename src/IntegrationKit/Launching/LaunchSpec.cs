namespace IntegrationKit.Launching;

/// <summary>How a container-backed service wants to run, with all references read.</summary>
internal sealed record LaunchSpec
{
    public required string Service { get; init; }

    public required string Image { get; init; }

    public IReadOnlyList<string>? Entrypoint { get; init; }

    public IReadOnlyList<string>? Command { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<PublishedPort> Ports { get; init; } = [];

    /// <summary>Paths, each with the mount's options after a colon where it has any.</summary>
    public IReadOnlyList<string> Tmpfs { get; init; } = [];

    /// <summary>Mounts a tmpfs over every volume that the image declares: quicker than a disk, and no volume is left behind.</summary>
    public bool VolumesInMemory { get; init; }

    /// <summary>Null for the default: the image's health check, else its published ports.</summary>
    public Probe? Readiness { get; init; }

    /// <summary>Joins the process's network under these names; null for none.</summary>
    public IReadOnlyList<string>? NetworkAliases { get; init; }

    /// <summary>Memory limit in bytes; null for none.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Values that no message may show.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];
}
