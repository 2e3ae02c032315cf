using IntegrationKit.Engine;

namespace IntegrationKit.Launching.Containers;

/// <summary>Says how a container has ended.</summary>
internal static class ContainerEnd
{
    /// <summary>As a sentence, from what the engine shows of it; null stands for a container that is gone.</summary>
    public static string Describe(ContainerDetails? ended) => ended switch
    {
        null => "Its container is gone: somebody has removed it.",
        { OutOfMemory: true } => "Its container was killed: out of memory.",
        _ => $"Its container has ended with exit code {ended.ExitCode}.",
    };
}
