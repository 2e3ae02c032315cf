using System.Net.Http.Json;
using System.Text.Json.Nodes;
using IntegrationKit.Engine;

namespace IntegrationKit.EngineTests.Engine.Support;

/// <summary>Calls of the engine's API that tests need and the library does not, by plain HTTP.</summary>
internal sealed class PlainCalls : IDisposable
{
    private readonly HttpClient _client;

    public PlainCalls(EngineEndpoint endpoint)
    {
        var transport = new EngineTransport(endpoint);
        _client = new HttpClient(transport) { BaseAddress = transport.BaseAddress, Timeout = Timeout.InfiniteTimeSpan };
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Creates a container from the body of the API's create call, and returns its id.</summary>
    public async Task<string> CreateContainerAsync(object body) => (string)(await PostAsync("containers/create", body))!["Id"]!;

    /// <summary>Waits until the container is not running, and returns its exit code.</summary>
    public async Task<int> WaitAsync(string container) => (int)(await PostAsync($"containers/{container}/wait"))!["StatusCode"]!;

    public Task KillAsync(string container, string signal = "KILL") => PostAsync($"containers/{container}/kill?signal={signal}");

    /// <summary>Freezes the container's processes.</summary>
    public Task PauseAsync(string container) => PostAsync($"containers/{container}/pause");

    public Task UnpauseAsync(string container) => PostAsync($"containers/{container}/unpause");

    /// <summary>The process number of its first process, on the engine's machine.</summary>
    public async Task<int> ProcessOfAsync(string container) => (int)(await GetAsync($"containers/{container}/json"))!["State"]!["Pid"]!;

    /// <summary>What the engine answers to a question.</summary>
    public async Task<JsonNode?> GetAsync(string path) => JsonNode.Parse(await _client.GetStringAsync(new Uri(path, UriKind.Relative), Cancellation));

    public Task CreateVolumeAsync(string name, IReadOnlyDictionary<string, string> labels) =>
        PostAsync("volumes/create", new { Name = name, Labels = labels });

    /// <summary>A file of the container in a tar archive.</summary>
    public Task<Stream> GetArchiveAsync(string container, string path) =>
        _client.GetStreamAsync(new Uri($"containers/{container}/archive?path={path}", UriKind.Relative), Cancellation);

    public async Task RemoveImageAsync(string image)
    {
        using var response = await _client.DeleteAsync(new Uri($"images/{image}?force=1", UriKind.Relative), CancellationToken.None);
        response.EnsureSuccessStatusCode();
    }

    public void Dispose() => _client.Dispose();

    private async Task<JsonNode?> PostAsync(string path, object? body = null)
    {
        using var content = body is null ? null : JsonContent.Create(body, options: new() { PropertyNamingPolicy = null });
        using var response = await _client.PostAsync(new Uri(path, UriKind.Relative), content, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {text}");
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }
}
