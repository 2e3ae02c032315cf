namespace IntegrationKit.AspNetCore;

/// <summary>Where an application listens.</summary>
/// <param name="Http">With plain HTTP.</param>
/// <param name="Https">With HTTPS; null where that was not asked for.</param>
internal sealed record AppAddresses(Uri Http, Uri? Https)
{
    /// <summary>Which one a client is given.</summary>
    public Uri ForClients => Https ?? Http;
}
