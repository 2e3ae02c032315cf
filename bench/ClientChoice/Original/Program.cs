using Docker.DotNet;
using Docker.DotNet.Models;

return await Flow.RunAsync(path => new OriginalEngine(path), args);

internal sealed class OriginalEngine(string path) : IEngine
{
    private readonly DockerClient client =
        new DockerClientConfiguration(new Uri("unix://" + path)).CreateClient(new System.Version(1, 41));

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

    public Task StartAsync(string id) => client.Containers.StartContainerAsync(id, null);

    public async Task<int> InspectPortAsync(string id) =>
        int.Parse((await client.Containers.InspectContainerAsync(id)).NetworkSettings.Ports["6379/tcp"][0].HostPort);

    public Task RemoveAsync(string id) =>
        client.Containers.RemoveContainerAsync(id, new ContainerRemoveParameters { Force = true, RemoveVolumes = true });
}
