namespace IntegrationKit.Engine;

/// <summary>The paths of the engine's API.</summary>
internal static class EnginePath
{
    /// <summary>An id or a name as one segment of a path. The client sends a slash or a question mark in it as it is.</summary>
    public static string Segment(string idOrName) => Uri.EscapeDataString(idOrName);
}
