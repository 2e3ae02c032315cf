using IntegrationKit.Diagnostics.Causes;

namespace IntegrationKit.Diagnostics;

/// <summary>Rules that know the usual causes of failures, and what to do about them.</summary>
internal static class LikelyCause
{
    // The special ones first: the last rules apply to nearly every exit and every timeout.
    private static readonly Func<Exception, StartEvidence, string?>[] Rules =
    [
        PortInUse.Find,
        OtherArchitecture.Find,
        OutOfMemory.Find,
        DiskFull.Find,
        MissingPassword.Find,
        StatedFix.Find,
        InitScriptFailed.Find,
        PortNotPublished.Find,
        HealthCheckNotRun.Find,
        ProtocolFailed.Find,
        EngineRemote.Find,
        NothingListens.Find,
        ProgramEnded.Find,
    ];

    /// <summary>The answer of the first rule that knows the failure, with secrets redacted; null if none does.</summary>
    public static string? Find(Exception cause, StartEvidence evidence) =>
        Rules.Select(rule => rule(cause, evidence)).FirstOrDefault(found => found is not null) is { } likely ? evidence.Redact(likely) : null;
}
