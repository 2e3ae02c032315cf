using System.Net.Sockets;
using System.Text;

namespace Scenarios.OwnServices;

public sealed class MemcachedService() : ServerService("memcached:1")
{
    public const int ContainerPort = 11211;
    public string ConnectionString => Endpoint(ContainerPort).ToString();
    public string NetworkConnectionString => $"{NetworkHost}:{ContainerPort}";

    protected override ServerSpec Describe(DescribeContext context) => new()
    {
        Ports = [ContainerPort],
        Readiness = Probe.Custom("an answer to 'version'", (target, token) => SendAsync(target, "version", token)),
    };

    protected override Task ResetServerAsync(Server server, CancellationToken cancellationToken) => SendAsync(server, "flush_all", cancellationToken);

    private static async Task SendAsync(IProbeTarget target, string command, CancellationToken cancellationToken)
    {
        using var client = new TcpClient(target.Endpoint(ContainerPort).Host, target.Endpoint(ContainerPort).Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{command}\r\n"), cancellationToken);
        _ = await new StreamReader(client.GetStream()).ReadLineAsync(cancellationToken) ?? throw new IOException("No answer.");
    }
}
