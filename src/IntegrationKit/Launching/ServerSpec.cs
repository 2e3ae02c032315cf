using System.Diagnostics.CodeAnalysis;
using IntegrationKit.Diagnostics;

namespace IntegrationKit;

/// <summary>
/// How a server is to run: what the author of a <see cref="ServerService"/> knows of it. What its user sets (image, host port,
/// labels, memory limit) is added by the base class.
/// </summary>
[Experimental(Experiments.WritingServices)]
public sealed record ServerSpec
{
    /// <summary>The image, as <c>docker pull</c> takes it. Set by the base class.</summary>
    public string Image { get; init; } = string.Empty;

    /// <summary>Replaces the image's entrypoint. Default null: the image's.</summary>
    public IReadOnlyList<string>? Entrypoint { get; init; }

    /// <summary>Replaces the image's command. No secret belongs into it, since every user of the machine can read it. Default null: the image's.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Environment variables. Default: none.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Text files that are put into the container before it starts, by their absolute paths, for everybody in it to read: a
    /// configuration, also one that holds a secret. Not below a path that is kept in memory. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>Labels, besides the library's own. Set by the base class.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The TCP ports that the tests reach; the user's host port belongs to the first. Default: none.</summary>
    public IReadOnlyList<PublishedPort> Ports { get; init; } = [];

    /// <summary>
    /// Absolute paths that are kept in memory, with mount options after a colon as <c>docker run</c> takes them:
    /// <c>/data:size=64m</c>. Default: none.
    /// </summary>
    public IReadOnlyList<string> Tmpfs { get; init; } = [];

    /// <summary>Keeps every volume that the image declares in memory: quicker than a disk, and no volume is left behind. Default false.</summary>
    public bool VolumesInMemory { get; init; }

    /// <summary>
    /// The size of <c>/dev/shm</c>, in bytes; it takes memory only as it is used. Default null: the engine's, which is 64 MiB unless
    /// its configuration says otherwise.
    /// </summary>
    public long? SharedMemory { get; init; }

    /// <summary>How readiness is judged. Default null: the image's health check, else its published ports; neither for one that ends by itself.</summary>
    public Probe? Readiness { get; init; }

    /// <summary>
    /// Whether it does one thing and ends by itself with exit code 0. It is ready when it has ended and <see cref="Readiness"/>, if
    /// it is set, has succeeded; another exit code fails the start, and its end is no failure later. Default false.
    /// </summary>
    public bool EndsByItself { get; init; }

    /// <summary>The most memory that it may use, in bytes. Set by the base class. Default null: no limit.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Sends the image's stop signal and waits up to 10 s, instead of killing it. Set by the base class. Default false.</summary>
    public bool StopGracefully { get; init; }
}
