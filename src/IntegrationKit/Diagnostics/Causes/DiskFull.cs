using IntegrationKit.Diagnostics;

namespace IntegrationKit.Diagnostics.Causes;

/// <summary>A disk, or a file system in memory, is full.</summary>
internal static class DiskFull
{
    private const string Message = "No space left on device";

    public static string? Find(Exception cause, StartEvidence evidence)
    {
        if (cause is EngineException && Says(cause.Message))
        {
            return "The engine's disk is full. Free some space there: 'docker system df' shows what takes it.";
        }

        return Says(cause.Message) || evidence.LogLine(Message) is not null
            ? "A file system of the container is full. Give its Tmpfs entry a larger size (/path:size=256m), or free some space on the engine's disk ('docker system df')."
            : null;
    }

    private static bool Says(string text) => text.Contains(Message, StringComparison.OrdinalIgnoreCase);
}
