using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Serialization;

internal sealed class BareEngine(string path) : IEngine
{
    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectCallback = async (_, token) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), token);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri("http://localhost/v1.41/"),
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public Task PingAsync() => SendAsync(HttpMethod.Get, "_ping");

    public async Task<string> InspectImageAsync(string image) => (await http.GetFromJsonAsync($"images/{image}/json", Wire.Default.Identified))!.Id;

    public async Task OpenEventsAsync()
    {
        var response = await http.GetAsync("events", HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
    }

    public async Task<string> CreateAsync(string image)
    {
        var body = new Create(image, new() { ["integrationkit.bench"] = "client-choice" }, new() { ["6379/tcp"] = new() },
            new(new() { ["6379/tcp"] = [new("127.0.0.1", "")] }));
        using var response = await http.PostAsync("containers/create", JsonContent.Create(body, Wire.Default.Create));
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync(Wire.Default.Identified))!.Id;
    }

    public Task StartAsync(string id) => SendAsync(HttpMethod.Post, $"containers/{id}/start");

    public async Task<int> InspectPortAsync(string id) =>
        int.Parse((await http.GetFromJsonAsync($"containers/{id}/json", Wire.Default.Inspected))!.NetworkSettings.Ports["6379/tcp"][0].HostPort);

    public Task RemoveAsync(string id) => SendAsync(HttpMethod.Delete, $"containers/{id}?force=1&v=1");

    private async Task SendAsync(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        using var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }
}

internal sealed record Identified(string Id);

internal sealed record Empty;

internal sealed record Binding(string HostIp, string HostPort);

internal sealed record Host(Dictionary<string, Binding[]> PortBindings);

internal sealed record Create(string Image, Dictionary<string, string> Labels, Dictionary<string, Empty> ExposedPorts, Host HostConfig);

internal sealed record Network(Dictionary<string, Binding[]> Ports);

internal sealed record Inspected(Network NetworkSettings);

[JsonSerializable(typeof(Identified))]
[JsonSerializable(typeof(Create))]
[JsonSerializable(typeof(Inspected))]
internal sealed partial class Wire : JsonSerializerContext;
