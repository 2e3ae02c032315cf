using System.Net.Sockets;
using Docker.DotNet;
using Docker.DotNet.Models;
using Docker.DotNet.NativeHttp;

// "mixed" keeps the library and makes the three calls with a JSON answer as bare HTTP.
return await Flow.RunAsync(path => args[1] == "mixed" ? new MixedEngine(path) : new EnhancedEngine(path, args[1]), args);

internal sealed class EnhancedEngine(string path, string transport) : IEngine
{
    private readonly DockerClient client = Build(path, transport);

    public Task PingAsync() => client.System.PingAsync();

    public async Task<string> InspectImageAsync(string image) => (await client.Images.InspectImageAsync(image)).ID;

#pragma warning disable CS0618 // The other overload does not tell when the stream stands.
    public Task OpenEventsAsync() => client.System.MonitorEventsAsync(new ContainerEventsParameters(), CancellationToken.None);
#pragma warning restore CS0618

    public async Task<string> CreateAsync(string image) => (await client.Containers.CreateContainerAsync(new CreateContainerParameters
    {
        Image = image,
        Labels = new Dictionary<string, string> { ["integrationkit.bench"] = "client-choice" },
        ExposedPorts = new Dictionary<string, EmptyStruct> { ["6379/tcp"] = default },
        HostConfig = new HostConfig
        {
            PortBindings = new Dictionary<string, IList<PortBinding>> { ["6379/tcp"] = [new PortBinding { HostIP = "127.0.0.1", HostPort = "" }] },
        },
    })).ID;

    public Task StartAsync(string id) => client.Containers.StartContainerAsync(id);

    public async Task<int> InspectPortAsync(string id) =>
        int.Parse((await client.Containers.InspectContainerAsync(id)).NetworkSettings!.Ports!["6379/tcp"]![0].HostPort);

    public Task RemoveAsync(string id) =>
        client.Containers.RemoveContainerAsync(id, new ContainerRemoveParameters { Force = true, RemoveVolumes = true });

    private static DockerClient Build(string path, string transport)
    {
        var builder = new DockerClientBuilder().WithApiVersion(new System.Version(1, 41)).WithTimeout(Timeout.InfiniteTimeSpan);
        return transport switch
        {
            "unix" => builder.WithEndpoint(new Uri("unix://" + path)).Build(),
            "native" => builder.WithEndpoint(new Uri("http://localhost")).WithTransportOptions(new NativeHttpTransportOptions
            {
                ConfigureHandler = handler =>
                {
                    handler.UseProxy = false;
                    handler.MaxConnectionsPerServer = int.MaxValue;
                    handler.ConnectCallback = async (_, token) => new NetworkStream(await ConnectAsync(path, token), ownsSocket: true);
                },
            }).Build(),
            "own" => builder.WithEndpoint(new Uri("http://localhost"))
                .WithTransportOptions(new EngineTransport(), new EngineTransport.Options(token => ConnectAsync(path, token))).Build(),
            _ => throw new ArgumentException($"unix, native or own, not {transport}"),
        };
    }

    private static async Task<Socket> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
        return socket;
    }
}
