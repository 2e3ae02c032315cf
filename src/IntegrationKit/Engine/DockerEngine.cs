using Docker.DotNet;
using Docker.DotNet.Models;

namespace IntegrationKit.Engine;

/// <summary>The engine over Docker.DotNet.</summary>
internal sealed class DockerEngine : IContainerEngine
{
    private readonly DockerClient _client;
    private readonly EngineHttp _http;
    private readonly EngineCalls _calls;
    private readonly TimeProvider _timeProvider;

    public DockerEngine(EngineEndpoint endpoint, EngineGreeting greeting, EngineTransport transport, TimeProvider timeProvider)
    {
        Endpoint = endpoint;
        ApiVersion = greeting.ApiVersion;
        IsPodman = greeting.IsPodman;
        _timeProvider = timeProvider;
        _client = EngineClientFactory.Create(transport, ApiVersion);
        _http = new EngineHttp(transport, ApiVersion);
        _calls = new EngineCalls(endpoint);
        Images = new DockerImages(_client, _http, _calls);
        Containers = new DockerContainers(_client, _http, _calls, IsPodman, timeProvider);
        Networks = new DockerNetworks(_client, _http, _calls);
        Volumes = new DockerVolumes(_client, _http, _calls);
    }

    public EngineEndpoint Endpoint { get; }

    public System.Version ApiVersion { get; }

    public bool IsPodman { get; }

    public IEngineImages Images { get; }

    public IEngineContainers Containers { get; }

    public IEngineNetworks Networks { get; }

    public IEngineVolumes Volumes { get; }

    public Task<EngineVersion> GetVersionAsync(CancellationToken cancellationToken) =>
        _calls.RunAsync("tell its version", async token =>
        {
            var version = EngineAnswers.Present(await _client.System.GetVersionAsync(token).ConfigureAwait(false));
            return new EngineVersion(version.Version, version.APIVersion, version.MinAPIVersion, version.Os, version.Arch);
        }, cancellationToken);

    public Task<DateTimeOffset?> GetTimeAsync(CancellationToken cancellationToken) =>
        _calls.RunAsync("tell its time", async token => (await _http.GetAsync("info", EngineJson.Default.EngineInfo, token).ConfigureAwait(false)).SystemTime, cancellationToken);

    public async Task<IEngineEventStream> FollowEventsAsync(string label, CancellationToken cancellationToken)
    {
        const string Request = "follow its events";
        var parameters = new ContainerEventsParameters
        {
            // Engines send the headers a moment before they listen for events, and with this they send what happened in
            // that moment too. Where the clocks differ, the worst is that older events are seen.
            Since = EngineTime.Write(_timeProvider.GetUtcNow()),
            Filters = EngineFilters.Of(("type", ["container"]), ("label", [label])),
        };

        // Marked as obsolete. Its successor does not tell when the headers have arrived, and does not wait for a slow reader.
#pragma warning disable CS0618
        var stream = await _calls.RunAsync(Request, token => _client.System.MonitorEventsAsync(parameters, token), cancellationToken).ConfigureAwait(false);
#pragma warning restore CS0618
        return new DockerEventStream(stream, _calls, Request);
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
