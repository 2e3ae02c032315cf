using System.Diagnostics.CodeAnalysis;
using IntegrationKit.Diagnostics;

namespace IntegrationKit;

/// <summary>
/// The ownership of containers that a service makes without this library. Disposing it removes what carries its
/// labels, and whatever was passed to <see cref="WatchAsync"/>: containers, networks and volumes. If this process ends
/// without that, its exit, its watchdog or the next sweep does the same.
/// </summary>
[Experimental(Experiments.WritingServices)]
public abstract class ContainerOwnership : IAsyncDisposable
{
    private protected ContainerOwnership()
    {
    }

    /// <summary>The labels that everything that is made must have.</summary>
    public abstract IReadOnlyDictionary<string, string> Labels { get; }

    /// <summary>The engine on which it is to be made, for example <c>unix:///var/run/docker.sock</c>.</summary>
    public abstract string Engine { get; }

    /// <summary>The newest version of the engine's API that both the engine and this library speak.</summary>
    public abstract Version ApiVersion { get; }

    /// <summary>
    /// Stops the start's clock while an image is pulled by another client. Returns null if the engine has the image; else the
    /// clock is stopped until the result is disposed of.
    /// </summary>
    /// <exception cref="EngineException">The engine did not answer.</exception>
    public abstract Task<IDisposable?> PauseForPullAsync(string image, CancellationToken cancellationToken);

    /// <summary>
    /// Watches a container, from the moment of the call: an end that comes later is seen, so call it after the create and
    /// before the start. From then on, the values of environment variables with the name of a secret are redacted, and a failed start
    /// shows its state and its last log lines.
    /// </summary>
    /// <exception cref="IntegrationKitException">The engine does not have the container, or it does not have the labels.</exception>
    public abstract Task<OwnedContainer> WatchAsync(string containerId, CancellationToken cancellationToken);

    /// <summary>Removes everything, by force. Idempotent; if it throws, it is to be called again.</summary>
    public abstract ValueTask DisposeAsync();
}
