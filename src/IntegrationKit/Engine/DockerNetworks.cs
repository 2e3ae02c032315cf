using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace IntegrationKit.Engine;

internal sealed class DockerNetworks(DockerClient client, EngineCalls calls) : IEngineNetworks
{
    public Task<string> CreateAsync(string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken) =>
        calls.RunAsync($"create network {name}", async token =>
        {
            var parameters = new NetworksCreateParameters { Name = name, Driver = "bridge", Labels = new Dictionary<string, string>(labels) };
            var created = await client.Networks.CreateNetworkAsync(parameters, token).PresentAsync().ConfigureAwait(false);
            return EngineAnswers.PresentId(created.ID);
        }, cancellationToken);

    public Task ConnectAsync(string network, string container, IReadOnlyList<string> aliases, CancellationToken cancellationToken) =>
        calls.RunAsync($"connect container {container} to network {network}", token => client.Networks.ConnectNetworkAsync(
            network,
            new NetworkConnectParameters { Container = container, EndpointConfig = new EndpointSettings { Aliases = [.. aliases] } },
            token), cancellationToken);

    public Task DisconnectAsync(string network, string container, CancellationToken cancellationToken) =>
        calls.RunAsync($"disconnect container {container} from network {network}", token => client.Networks.DisconnectNetworkAsync(
            network, new NetworkDisconnectParameters { Container = container, Force = true }, token), cancellationToken);

    public Task RemoveAsync(string network, CancellationToken cancellationToken) =>
        calls.RunAsync($"remove network {network}", async token =>
        {
            try
            {
                await client.Networks.DeleteNetworkAsync(network, token).ConfigureAwait(false);
            }
            catch (DockerApiException gone) when (gone.StatusCode == HttpStatusCode.NotFound)
            {
            }
        }, cancellationToken);

    public Task<IReadOnlyList<NetworkSummary>> ListAsync(IReadOnlyList<string> labels, CancellationToken cancellationToken) =>
        calls.RunAsync<IReadOnlyList<NetworkSummary>>("list networks", async token =>
        {
            var parameters = new NetworksListParameters { Filters = EngineFilters.Of(("label", labels)) };
            var networks = await client.Networks.ListNetworksAsync(parameters, token).ListAsync().ConfigureAwait(false);
            return [.. networks.Select(network => new NetworkSummary(network.ID, network.Name, EngineFilters.Labels(network.Labels)))];
        }, cancellationToken);
}
