namespace IntegrationKit.Engine;

/// <summary>Everything about a container that is fixed when it is created.</summary>
internal sealed record ContainerSpec
{
    public required string Image { get; init; }

    /// <summary>Null where the engine may choose one.</summary>
    public string? Name { get; init; }

    /// <summary>Null for the image's own.</summary>
    public IReadOnlyList<string>? Entrypoint { get; init; }

    /// <summary>Null for the image's own.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<PortPublication> Ports { get; init; } = [];

    /// <summary>Path in the container to mount options, for example <c>size=64m</c>; empty for the engine's defaults.</summary>
    public IReadOnlyDictionary<string, string> Tmpfs { get; init; } = new Dictionary<string, string>();

    /// <summary>A user-defined network to join; null for the engine's default bridge.</summary>
    public string? Network { get; init; }

    /// <summary>Names under which others on <see cref="Network"/> reach the container.</summary>
    public IReadOnlyList<string> NetworkAliases { get; init; } = [];

    /// <summary>Memory limit in bytes; null for none.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Size of /dev/shm in bytes; null for the engine's.</summary>
    public long? SharedMemoryBytes { get; init; }

    public bool NoNewPrivileges { get; init; } = true;

    public bool Tty { get; init; }
}

/// <summary>A TCP port of the container, published on the engine's host.</summary>
/// <param name="ContainerPort">The port inside.</param>
/// <param name="HostAddress">The host's address to bind, for example 127.0.0.1.</param>
/// <param name="HostPort">Null for a free one that the engine picks.</param>
internal sealed record PortPublication(int ContainerPort, string HostAddress, int? HostPort);
