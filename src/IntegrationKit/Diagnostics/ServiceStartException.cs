using IntegrationKit.Diagnostics;

namespace IntegrationKit;

/// <summary>
/// A service could not be started. The message says why, and shows what was found; the properties hold the facts. The inner
/// exception is set only where it says more than the message.
/// </summary>
public sealed class ServiceStartException : IntegrationKitException
{
    private readonly StartEvidence _evidence;

    internal ServiceStartException(
        string service, TimeSpan elapsed, Exception cause, StartEvidence evidence, IReadOnlyDictionary<string, string> others)
        : this(StartFailureMessage.Write(service, elapsed, cause, evidence, others), service, elapsed, cause, evidence, others)
    {
    }

    private ServiceStartException(
        string message, string service, TimeSpan elapsed, Exception cause, StartEvidence evidence, IReadOnlyDictionary<string, string> others)
        : base(message, Inner(message, cause, evidence))
    {
        _evidence = evidence;
        ServiceName = service;
        Cause = cause;
        Elapsed = elapsed;
        WaitingFor = evidence.WaitingFor is { } what ? evidence.Redact(what) : null;
        Container = evidence.Container;
        Attempts = evidence.Attempts;
        OtherServices = others;
        LikelyCause = Diagnostics.LikelyCause.Find(cause, evidence);
    }

    /// <summary>The service that failed.</summary>
    public string ServiceName { get; }

    /// <summary>
    /// What its start failed with, as it was thrown: what other libraries say in it may show secrets, unlike the message and
    /// the inner exception of this one.
    /// </summary>
    public Exception Cause { get; }

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

    /// <summary>The message, the inner exceptions and the stack, with the service's secrets redacted.</summary>
    public override string ToString() => _evidence.Redact(base.ToString());

    private static Exception? Inner(string message, Exception cause, StartEvidence evidence)
    {
        var inner = cause is IntegrationKitException ? InnerError.Inside(message, cause) : cause;
        if (inner?.ToString() is not { } shown || evidence.Redact(shown) is var redacted && redacted == shown)
        {
            return inner;
        }

        // A test runner shows the message of each exception inside this one.
        return new IntegrationKitException(redacted);
    }
}
