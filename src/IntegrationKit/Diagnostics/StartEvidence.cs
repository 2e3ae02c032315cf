namespace IntegrationKit.Diagnostics;

/// <summary>What a start leaves behind for the one who has to explain its failure. One thread at a time writes it.</summary>
internal sealed class StartEvidence(Redactor? redactor = null)
{
    /// <summary>What the service is waiting for, in words.</summary>
    public string? WaitingFor { get; set; }

    public ContainerFacts? Container { get; set; }

    public LaunchFacts? Launch { get; set; }

    /// <summary>As the engine names it, for example <c>amd64</c>; null if it was not asked.</summary>
    public string? EngineArchitecture { get; set; }

    /// <summary>What uses the fixed host port, in words; null if that is not known.</summary>
    public string? PortHolder { get; set; }

    /// <summary>Whether the container's published ports are taken on this machine's 127.0.0.1; null if that is not known.</summary>
    public bool? PortsAreHere { get; set; }

    /// <summary>The attempts of the probe, oldest first, redacted when they are read.</summary>
    public IReadOnlyList<ProbeAttempt> Attempts
    {
        get => [.. field.Select(each => each.Reason is { } reason ? each with { Reason = Redact(reason) } : each)];
        set;
    } = [];

    /// <summary>Where the secrets of the start are registered.</summary>
    public Redactor Redactor { get; } = redactor ?? new();

    /// <summary>Takes over what the start of a shared server has found.</summary>
    public void CopyFrom(StartEvidence other)
    {
        (WaitingFor, Container, Launch) = (other.WaitingFor, other.Container, other.Launch);
        (EngineArchitecture, PortHolder, PortsAreHere, Attempts) = (other.EngineArchitecture, other.PortHolder, other.PortsAreHere, other.Attempts);
    }

    public string Redact(string text) => Redactor.Redact(text);

    /// <summary>The last line of the container's log that contains all of these; null if none does.</summary>
    public string? LogLine(params string[] texts) =>
        Container?.LastLogLines.LastOrDefault(line => Array.TrueForAll(texts, each => line.Contains(each, StringComparison.OrdinalIgnoreCase)));

    /// <summary>
    /// Why the last try of the probe that came to its end failed, where the container ran on and the deadline passed. The
    /// deadline often falls into a try, which then gives no reason.
    /// </summary>
    public string? LastReason(Exception cause) => cause is ReadinessTimeoutException timeout && Container is { Status: "running" }
        ? timeout.Attempts.LastOrDefault(each => each.Reason is { } reason && !reason.StartsWith("cancelled while", StringComparison.Ordinal))?.Reason
        : null;
}
