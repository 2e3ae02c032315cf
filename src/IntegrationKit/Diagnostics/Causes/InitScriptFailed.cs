using IntegrationKit.Diagnostics;

namespace IntegrationKit.Diagnostics.Causes;

/// <summary>A script that an image runs at its first start has an error.</summary>
internal static class InitScriptFailed
{
    // Where the official database images look for scripts.
    private const string Folder = "/docker-entrypoint-initdb.d/";

    public static string? Find(Exception cause, StartEvidence evidence) =>
        cause is ContainerExitedException && evidence.LogLine(Folder, "ERROR") is { } line
            ? $"An init script of the image fails: {RelevantLine.Shorten(line)}. Correct the script."
            : null;
}
