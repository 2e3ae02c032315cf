using System.Runtime.InteropServices;

namespace IntegrationKit;

/// <summary>A TCP port of a container that the tests reach.</summary>
/// <param name="ContainerPort">The port inside the container.</param>
/// <param name="HostPort">The port on the host; null for a free one.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PublishedPort(int ContainerPort, int? HostPort = null)
{
    /// <summary>A port that is published on a free port of the host.</summary>
    public static implicit operator PublishedPort(int containerPort) => FromInt32(containerPort);

    /// <summary>A port that is published on a free port of the host.</summary>
    public static PublishedPort FromInt32(int containerPort) => new(containerPort);
}
