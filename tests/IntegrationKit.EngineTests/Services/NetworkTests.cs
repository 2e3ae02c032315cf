using IntegrationKit.EngineTests.Support;
using IntegrationKit.Ownership;
using Npgsql;

namespace IntegrationKit.EngineTests.Services;

/// <summary>Apart from all others, since the process's network is shared with whoever runs at the same time.</summary>
[Collection(nameof(Alone))]
public sealed class NetworkTests
{
    [Fact]
    public async Task Containers_reach_each_other_by_reference()
    {
        var web = Kit.WebServer();
        var client = new ContainerService(Kit.Busybox)
        {
            Command = ["sh", "-c", "wget -q -O - http://$HOST:8080/ && sleep 1000"],
            Environment = { ["HOST"] = ServiceReference.To(web, each => each.NetworkHost) },
            Readiness = Probe.Log("hello"),
        };
        await using var infra = (await Kit.CreateAsync()).Register("client", client).Register("web", web);

        await infra.StartAllAsync(Kit.Cancellation);

        Assert.NotNull(web.NetworkHost);
    }

    [Fact]
    public async Task Service_whose_name_is_no_host_name_is_reached_by_one()
    {
        var web = Kit.WebServer();
        var client = new ContainerService(Kit.Busybox)
        {
            Command = ["sh", "-c", "wget -q -O - http://$HOST:8080/ && sleep 1000"],
            Environment = { ["HOST"] = ServiceReference.To(web, each => each.NetworkHost) },
            Readiness = Probe.Log("hello"),
        };
        await using var infra = (await Kit.CreateAsync()).Register("client", client).Register("Orders DB/1 ä", web);

        await infra.StartAllAsync(Kit.Cancellation);

        Assert.Equal(UriHostNameType.Dns, Uri.CheckHostName(web.NetworkHost));
    }

    [Fact]
    public async Task Postgres_is_reached_from_another_container_by_its_network_connection_string()
    {
        var postgres = new PostgresService();
        var client = new ContainerService(Kit.Busybox)
        {
            Command = ["sh", "-c", "echo \"$DB\"; sleep 1000"],
            Environment = { ["DB"] = ServiceReference.To(postgres, each => each.NetworkConnectionString) },
            Readiness = Probe.Log("Host="),
        };
        await using var infra = (await Kit.CreateAsync()).Register("postgres", postgres).Register("client", client);
        await infra.StartAllAsync(Kit.Cancellation);
        var seen = new NpgsqlConnectionStringBuilder((await client.ReadLogAsync(Kit.Cancellation).FirstAsync(Kit.Cancellation)).Text);

        var reached = await client.ExecAsync(["sh", "-c", $"nc -w 2 {seen.Host} {seen.Port} < /dev/null"], Kit.Cancellation);

        Assert.Equal(0, reached.ExitCode);
    }

    [Fact]
    public async Task One_network_serves_the_process_unless_aliases_clash()
    {
        await using var first = (await Kit.CreateAsync()).Register("a", Named());
        await using var second = (await Kit.CreateAsync()).Register("b", Named());
        await first.StartAllAsync(Kit.Cancellation);
        await second.StartAllAsync(Kit.Cancellation);

        var one = await NetworksOfAsync(first);
        var two = await NetworksOfAsync(second);
        Assert.NotEqual(one, two);

        await first.StopAllAsync(Kit.Cancellation);
        await second.StopAllAsync(Kit.Cancellation);
        await using var engine = await Engine.Support.RealEngine.ConnectAsync();
        var left = await engine.Api.Networks.ListAsync([ResourceLabels.Filter], Kit.Cancellation);
        Assert.DoesNotContain(left, each => each.Name == one || each.Name == two);

        static ContainerService Named() => new(Kit.Busybox) { Command = ["sleep", "1000"], NetworkAlias = "the-same" };
    }

    [Fact]
    public async Task Services_that_no_container_refers_to_need_no_network()
    {
        var service = new ContainerService(Kit.Busybox) { Command = ["sleep", "1000"] };
        await using var infra = (await Kit.CreateAsync()).Register("alone", service);
        await infra.StartAllAsync(Kit.Cancellation);

        // The engine's own one: Docker's, or Podman's.
        Assert.Contains(await NetworksOfAsync(infra), (string[])["bridge", "podman"]);
        Assert.Contains("on no network", Assert.Throws<InvalidOperationException>(() => service.NetworkHost).Message, StringComparison.Ordinal);
    }

    private static async Task<string> NetworksOfAsync(TestInfrastructure infra)
    {
        var details = await Kit.InspectAsync(((ContainerService)infra.Services[0]).ContainerId);
        return Assert.Single(details!.Networks).Key;
    }
}
