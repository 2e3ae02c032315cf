using IntegrationKit.Launching;
using Microsoft.Extensions.Logging;

namespace IntegrationKit;

/// <summary>What an infrastructure lends to a service while it starts and stops.</summary>
public sealed class ServiceContext
{
    internal ServiceContext(ILogger logger, TimeProvider timeProvider, ServiceReporter reporter, Launcher launcher) =>
        (Logger, TimeProvider, Reporter, Launcher) = (logger, timeProvider, reporter, launcher);

    /// <summary>The infrastructure's log.</summary>
    public ILogger Logger { get; }

    /// <summary>Where all time comes from.</summary>
    public TimeProvider TimeProvider { get; }

    internal ServiceReporter Reporter { get; }

    internal Launcher Launcher { get; }
}
