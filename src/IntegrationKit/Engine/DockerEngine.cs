using Docker.DotNet;
using Docker.DotNet.Models;
using Version = System.Version;

namespace IntegrationKit.Engine;

/// <summary>The engine over Docker.DotNet.</summary>
internal sealed class DockerEngine : IContainerEngine
{
    private readonly DockerClient _client;
    private readonly EngineCalls _calls;

    public DockerEngine(EngineEndpoint endpoint, Version apiVersion, DockerClient client, TimeProvider timeProvider)
    {
        Endpoint = endpoint;
        ApiVersion = apiVersion;
        _client = client;
        _calls = new EngineCalls(endpoint);
        Images = new DockerImages(client, _calls);
        Containers = new DockerContainers(client, _calls, timeProvider);
        Networks = new DockerNetworks(client, _calls);
        Volumes = new DockerVolumes(client, _calls);
    }

    public EngineEndpoint Endpoint { get; }

    public Version ApiVersion { get; }

    public IEngineImages Images { get; }

    public IEngineContainers Containers { get; }

    public IEngineNetworks Networks { get; }

    public IEngineVolumes Volumes { get; }

    public Task PingAsync(CancellationToken cancellationToken) =>
        _calls.RunAsync("ping", _client.System.PingAsync, cancellationToken);

    public Task<EngineVersion> GetVersionAsync(CancellationToken cancellationToken) =>
        _calls.RunAsync("tell its version", async token =>
        {
            var version = await _client.System.GetVersionAsync(token).PresentAsync().ConfigureAwait(false);
            return new EngineVersion(version.Version, version.APIVersion, version.MinAPIVersion, version.Os, version.Arch);
        }, cancellationToken);

    public Task<EngineInfo> GetInfoAsync(CancellationToken cancellationToken) =>
        _calls.RunAsync("tell about itself", async token =>
        {
            var info = await _client.System.GetSystemInfoAsync(token).PresentAsync().ConfigureAwait(false);
            return new EngineInfo(
                info.OperatingSystem,
                info.Architecture,
                info.Driver,
                (int)info.NCPU,
                info.MemTotal,
                Rootless: info.SecurityOptions?.Contains("name=rootless") == true);
        }, cancellationToken);

    public async Task<IEngineEventStream> FollowEventsAsync(string label, CancellationToken cancellationToken)
    {
        const string Request = "follow its events";
        var parameters = new ContainerEventsParameters
        {
            Filters = EngineFilters.Of(("type", ["container"]), ("label", [label])),
        };

        // Obsolete in favour of an overload that does not tell when the headers are here, and has no back pressure.
#pragma warning disable CS0618
        var stream = await _calls.RunAsync(Request, token => _client.System.MonitorEventsAsync(parameters, token), cancellationToken).ConfigureAwait(false);
#pragma warning restore CS0618
        return new DockerEventStream(stream, _calls, Request);
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
