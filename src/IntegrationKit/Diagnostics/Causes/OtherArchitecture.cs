using IntegrationKit.Diagnostics;

namespace IntegrationKit.Diagnostics.Causes;

/// <summary>The engine's machine cannot run the image's programs.</summary>
internal static class OtherArchitecture
{
    private const string Message = "exec format error";

    public static string? Find(Exception cause, StartEvidence evidence)
    {
        var said = (cause as EngineException)?.EngineMessage.Contains(Message, StringComparison.OrdinalIgnoreCase) is true ||
            (cause is ContainerExitedException && evidence.LogLine(Message) is not null);
        if (!said)
        {
            return null;
        }

        return evidence is { Launch.ImageArchitecture: { Length: > 0 } image, EngineArchitecture: { Length: > 0 } engine } && image != engine
            ? $"The image is for {image}, and the engine runs {engine}. Pull or build it for linux/{engine}."
            : "A program in the image is for another architecture, or a script that begins without a '#!' line. Pull or build the image for the engine's architecture.";
    }
}
