using IntegrationKit.Diagnostics;

namespace IntegrationKit.Diagnostics.Causes;

/// <summary>The container's program ended by itself; its log often says why.</summary>
internal static class ProgramEnded
{
    public static string? Find(Exception cause, StartEvidence evidence)
    {
        if (cause is not ContainerExitedException { ExitCode: { } code } || RelevantLine.Of(evidence.Container?.LastLogLines ?? []) is not { } line)
        {
            return null;
        }

        return code == 0
            ? $"Its program finished, saying: {RelevantLine.Shorten(line)}. Give it a Command that keeps running, or set EndsByItself = true if it is to end."
            : FormattableString.Invariant($"Its program ended with code {code}, saying: {RelevantLine.Shorten(line)}. Correct that in Environment, Command or the image.");
    }
}
