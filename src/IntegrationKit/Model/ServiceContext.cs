using IntegrationKit.Launching;
using Microsoft.Extensions.Logging;

namespace IntegrationKit;

/// <summary>What an infrastructure lends to a service for one start or stop.</summary>
public sealed class ServiceContext
{
    internal ServiceContext(Launcher launcher, LaunchContext launch, TimeProvider timeProvider) =>
        (Launcher, Launch, TimeProvider) = (launcher, launch, timeProvider);

    /// <summary>The infrastructure's log.</summary>
    public ILogger Logger => Launch.Logger;

    /// <summary>Where all time comes from.</summary>
    public TimeProvider TimeProvider { get; }

    /// <summary>Names a value that nothing may show: it is blotted out of the story of a failed start, and of what is reported.</summary>
    public void AddSecret(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        Launch.Evidence.AddSecret(secret);
        Launch.Reporter.AddSecret(secret);
    }

    internal Launcher Launcher { get; }

    internal LaunchContext Launch { get; }
}
