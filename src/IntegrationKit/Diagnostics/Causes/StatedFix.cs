using IntegrationKit.Diagnostics;

namespace IntegrationKit.Diagnostics.Causes;

/// <summary>The exception itself says what to do.</summary>
internal static class StatedFix
{
    public static string? Find(Exception cause, StartEvidence evidence) => (cause as IntegrationKitException)?.Fix;
}
