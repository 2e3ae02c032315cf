using IntegrationKit.Diagnostics;

namespace IntegrationKit;

/// <summary>A service was started, but was not ready before its deadline.</summary>
public sealed class ReadinessTimeoutException : IntegrationKitException
{
    internal ReadinessTimeoutException(string probe, TimeSpan timeout, string limit, IReadOnlyList<ProbeAttempt> attempts)
        : base($"It was not ready within {Text.Seconds(timeout)}, {limit}.")
    {
        Probe = probe;
        Timeout = timeout;
        Attempts = attempts;
    }

    /// <summary>What was probed, in words.</summary>
    public string Probe { get; }

    /// <summary>The deadline that passed.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>The attempts, oldest first; of more than 100, the first 50 and the last 50.</summary>
    public IReadOnlyList<ProbeAttempt> Attempts { get; }
}
