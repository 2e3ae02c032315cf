using IntegrationKit.Diagnostics.Causes;

namespace IntegrationKit.Diagnostics;

/// <summary>Rules that know what usually stands behind a failure, and what to do about it.</summary>
internal static class LikelyCause
{
    // The special ones first: the last rules fit nearly every exit, and nearly every timeout.
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
        ProtocolFailed.Find,
        EngineRemote.Find,
        NothingListens.Find,
        ProgramEnded.Find,
    ];

    /// <summary>What the first rule that knows the failure says, secrets blotted out; null where none does.</summary>
    public static string? Find(Exception cause, StartEvidence evidence) =>
        Rules.Select(rule => rule(cause, evidence)).FirstOrDefault(found => found is not null) is { } likely ? evidence.Redact(likely) : null;
}
