using IntegrationKit.Diagnostics;

namespace IntegrationKit;

/// <summary>A service ran, but did not get ready before its deadline.</summary>
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

    /// <summary>The tries, oldest first; of very many, the first and the last ones.</summary>
    public IReadOnlyList<ProbeAttempt> Attempts { get; }
}
