namespace IntegrationKit.Engine;

/// <summary>Where an engine is reached.</summary>
/// <param name="Address"><c>unix:///path</c> or <c>tcp://host:port</c>.</param>
/// <param name="Source">Where the address comes from, for messages.</param>
internal sealed record EngineEndpoint(Uri Address, string Source)
{
    /// <summary>The unix socket's path in the file system, or null for TCP.</summary>
    public string? SocketPath => Address.Scheme == "unix" ? Uri.UnescapeDataString(Address.AbsolutePath) : null;

    /// <summary>The host at which published ports are reached.</summary>
    public string PublishedHost => Address.Scheme == "unix" || Address.IsLoopback ? "127.0.0.1" : Address.Host;

    /// <summary>Whether published ports can stay on the loopback interface.</summary>
    public bool IsLocal => Address.Scheme == "unix" || Address.IsLoopback;

    public override string ToString() => Address.Scheme == "unix" ? "unix://" + Address.AbsolutePath : Address.GetLeftPart(UriPartial.Authority);
}
