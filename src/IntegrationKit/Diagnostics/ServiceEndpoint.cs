namespace IntegrationKit;

/// <summary>A host and port at which a service is reached from the tests.</summary>
/// <param name="Host">An address such as 127.0.0.1, never the name localhost.</param>
/// <param name="Port">The port.</param>
public readonly record struct ServiceEndpoint(string Host, int Port)
{
    /// <summary>The address as <c>host:port</c>.</summary>
    public override string ToString() => $"{Host}:{Port}";
}
