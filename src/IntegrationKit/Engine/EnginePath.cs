namespace IntegrationKit.Engine;

/// <summary>The paths of the engine's API.</summary>
internal static class EnginePath
{
    /// <summary>An id or a name as one segment of a path. The client sends a slash or a question mark in it as it is.</summary>
    /// <exception cref="ArgumentException">It would be no segment: the path would mean something else.</exception>
    public static string Segment(string idOrName) => idOrName is "" or "." or ".."
        ? throw new ArgumentException($"'{idOrName}' is not a name or an id.", nameof(idOrName))
        : Uri.EscapeDataString(idOrName);

    /// <summary>An image's name, whose slashes engines take as they are.</summary>
    /// <exception cref="ArgumentException">A part of it is empty or leads elsewhere.</exception>
    public static string Image(string name) => string.Join('/', name.Split('/').Select(Segment));
}
