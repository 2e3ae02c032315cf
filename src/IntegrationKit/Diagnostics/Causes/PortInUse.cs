using IntegrationKit.Diagnostics;

namespace IntegrationKit.Diagnostics.Causes;

/// <summary>The host port that was asked for is taken.</summary>
internal static class PortInUse
{
    // The engine says the first if another container has the port, the second if a program has it.
    private static readonly string[] Messages = ["port is already allocated", "address already in use"];

    public static string? Find(Exception cause, StartEvidence evidence) =>
        cause is EngineException engine && Messages.Any(each => engine.EngineMessage.Contains(each, StringComparison.Ordinal))
            ? $"The host port is taken by {evidence.PortHolder ?? "another program or container"}. Leave Port unset for a free one, or stop what uses it."
            : null;
}
