namespace IntegrationKit.Watchdog;

/// <summary>A kind of resource on an engine, and the API's calls for it.</summary>
/// <param name="ListPath">Lists them; the filter follows.</param>
/// <param name="ArrayName">The property of the answer that holds the list; null where the answer is the list.</param>
/// <param name="IdName">The property that names one of them.</param>
/// <param name="RemovePath">Removes one; <c>{0}</c> stands for its id.</param>
internal sealed record ResourceKind(string ListPath, string? ArrayName, string IdName, string RemovePath)
{
    /// <summary>In the order of removal: a network or a volume stays as long as a container uses it.</summary>
    public static readonly ResourceKind[] All =
    [
        new("/containers/json?all=1&filters=", ArrayName: null, "Id", "/containers/{0}?force=1&v=1"),
        new("/networks?filters=", ArrayName: null, "Id", "/networks/{0}"),
        new("/volumes?filters=", "Volumes", "Name", "/volumes/{0}?force=1"),
    ];
}
