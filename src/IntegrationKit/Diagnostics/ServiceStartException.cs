using IntegrationKit.Diagnostics;

namespace IntegrationKit;

/// <summary>
/// A service could not be started. The message explains why and shows what was found; the properties hold the facts. The inner
/// exception is set only if it says more than the message.
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
    /// The exception that its start failed with, as it was thrown. Secrets in it are not redacted, unlike in the message and
    /// in the inner exception.
    /// </summary>
    public Exception Cause { get; }

    /// <summary>How long its start took until then.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>What was being waited for, or null.</summary>
    public string? WaitingFor { get; }

    /// <summary>Its container; null if it had none.</summary>
    public ContainerFacts? Container { get; }

    /// <summary>The attempts of its readiness probe, oldest first.</summary>
    public IReadOnlyList<ProbeAttempt> Attempts { get; }

    /// <summary>What the other services were doing, by name.</summary>
    public IReadOnlyDictionary<string, string> OtherServices { get; }

    /// <summary>A likely cause and how to correct it; null if none is known.</summary>
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

        // A test runner shows the message of each inner exception.
        return new IntegrationKitException(redacted);
    }
}
