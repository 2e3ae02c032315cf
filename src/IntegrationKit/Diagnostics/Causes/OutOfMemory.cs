using IntegrationKit.Diagnostics;

namespace IntegrationKit.Diagnostics.Causes;

/// <summary>The kernel killed the container, or a program in it, because it ran out of memory.</summary>
internal static class OutOfMemory
{
    private const int Killed = 137;

    public static string? Find(Exception cause, StartEvidence evidence)
    {
        var limit = evidence.Launch?.MemoryLimit;
        var killed = cause is ContainerExitedException { OutOfMemory: true } || evidence.Container is { OutOfMemory: true } ||
            (cause is ContainerExitedException { ExitCode: Killed } && limit is not null);
        return (killed, limit) switch
        {
            (false, _) => null,
            (_, { } bytes) => $"The container needs more memory than its limit of {Text.Mebibytes(bytes)}. Raise MemoryLimit.",
            _ => "The container needs more memory than it was given. Give the engine more, or run fewer services at the same time.",
        };
    }
}
