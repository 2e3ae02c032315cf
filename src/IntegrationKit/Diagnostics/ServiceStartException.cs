namespace IntegrationKit;

/// <summary>A service could not be started. The message tells the whole story; the properties hold its facts.</summary>
public sealed class ServiceStartException : IntegrationKitException
{
    private readonly StartEvidence _evidence;

    internal ServiceStartException(
        string service,
        TimeSpan elapsed,
        Exception cause,
        StartEvidence evidence,
        IReadOnlyDictionary<string, string> others)
        : this(service, elapsed, cause, evidence, others, Diagnostics.LikelyCause.Find(cause, WithWords(evidence, [service, .. others.Keys])))
    {
    }

    private ServiceStartException(
        string service,
        TimeSpan elapsed,
        Exception cause,
        StartEvidence evidence,
        IReadOnlyDictionary<string, string> others,
        string? likelyCause)
        : base(Diagnostics.StartFailureMessage.Write(service, elapsed, cause, evidence, others, likelyCause), cause)
    {
        _evidence = evidence;
        ServiceName = service;
        Elapsed = elapsed;
        WaitingFor = evidence.WaitingFor is { } what ? evidence.Redact(what) : null;
        Container = evidence.Container;
        Attempts = evidence.Attempts;
        OtherServices = others;
        LikelyCause = likelyCause;
    }

    /// <summary>The service that failed.</summary>
    public string ServiceName { get; }

    /// <summary>How long its start had been going on.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>What was being waited for, or null.</summary>
    public string? WaitingFor { get; }

    /// <summary>Its container, or null where it had none.</summary>
    public ContainerFacts? Container { get; }

    /// <summary>The tries of its readiness probe, oldest first.</summary>
    public IReadOnlyList<ProbeAttempt> Attempts { get; }

    /// <summary>What the other services were doing, by name.</summary>
    public IReadOnlyDictionary<string, string> OtherServices { get; }

    /// <summary>A likely cause with its fix, or null where no rule knows one.</summary>
    public string? LikelyCause { get; }

    /// <summary>The message, the inner exceptions and the stack. What others' exceptions say is rid of the service's secrets too.</summary>
    public override string ToString() => _evidence.Redact(base.ToString());

    /// <summary>The message names the services: a password that is one of these names must not hide that.</summary>
    private static StartEvidence WithWords(StartEvidence evidence, IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            evidence.Redactor.AddWord(name);
        }

        return evidence;
    }
}
