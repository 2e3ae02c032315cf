using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace IntegrationKit.Engine;

internal sealed class DockerNetworks(DockerClient client, EngineHttp http, EngineCalls calls) : IEngineNetworks
{
    public Task<string> CreateAsync(string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken) =>
        calls.RunAsync($"create network {name}", async token =>
        {
            var created = await http.PostAsync(
                "networks/create", new NetworkRequest(name, "bridge", labels), EngineJson.Default.NetworkRequest, EngineJson.Default.CreatedResponse, token).ConfigureAwait(false);
            return EngineAnswers.PresentId(created.Id);
        }, cancellationToken);

    public Task ConnectAsync(string network, string container, IReadOnlyList<string> aliases, CancellationToken cancellationToken) =>
        calls.RunAsync($"connect container {container} to network {network}", token => client.Networks.ConnectNetworkAsync(
            EnginePath.Segment(network),
            new NetworkConnectParameters { Container = container, EndpointConfig = new EndpointSettings { Aliases = [.. aliases] } },
            token), cancellationToken);

    public Task DisconnectAsync(string network, string container, CancellationToken cancellationToken) =>
        calls.RunAsync($"disconnect container {container} from network {network}", token => client.Networks.DisconnectNetworkAsync(
            EnginePath.Segment(network), new NetworkDisconnectParameters { Container = container, Force = true }, token), cancellationToken);

    public Task RemoveAsync(string network, CancellationToken cancellationToken) =>
        calls.RunAsync($"remove network {network}", async token =>
        {
            try
            {
                await client.Networks.DeleteNetworkAsync(EnginePath.Segment(network), token).ConfigureAwait(false);
            }
            catch (DockerApiException gone) when (gone.StatusCode == HttpStatusCode.NotFound)
            {
            }
        }, cancellationToken);

    public Task<IReadOnlyList<NetworkSummary>> ListAsync(IReadOnlyList<string> labels, CancellationToken cancellationToken) =>
        calls.RunAsync<IReadOnlyList<NetworkSummary>>("list networks", async token =>
        {
            var path = $"networks?{EngineFilters.Query("label", labels)}";
            var listed = await http.ListAsync(path, EngineJson.Default.ListListedNetwork, token).ConfigureAwait(false) ?? [];
            return [.. listed.Select(network => new NetworkSummary(EngineAnswers.PresentId(network.Id), network.Name ?? string.Empty, network.Labels ?? []))];
        }, cancellationToken);
}
