namespace IntegrationKit.Engine;

internal interface IEngineNetworks
{
    /// <summary>Creates a bridge network and returns its id.</summary>
    Task<string> CreateAsync(string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken);

    Task ConnectAsync(string network, string container, IReadOnlyList<string> aliases, CancellationToken cancellationToken);

    Task DisconnectAsync(string network, string container, CancellationToken cancellationToken);

    /// <summary>Removes a network; one that is gone already is no error.</summary>
    Task RemoveAsync(string network, CancellationToken cancellationToken);

    /// <summary>All networks that carry every label given.</summary>
    Task<IReadOnlyList<NetworkSummary>> ListAsync(IReadOnlyList<string> labels, CancellationToken cancellationToken);
}

internal sealed record NetworkSummary(string Id, string Name, IReadOnlyDictionary<string, string> Labels);
