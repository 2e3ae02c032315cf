using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Readiness;

/// <summary>The probes on real containers; the engine's proxy accepts connections before anything listens.</summary>
public sealed class ContainerProbeTests
{
    private const string LateServer = "sleep 0.4; echo late > /tmp/ready; mkdir /www; echo ok > /www/index.html; exec httpd -f -v -p 8080 -h /www";

    public static TheoryData<Probe> ProbesThatWait => new(
        Probe.Tcp(),
        Probe.Tcp(8080),
        Probe.Http("/"),
        Probe.Http("/nothing", status: 404),
        Probe.Command("test", "-s", "/www/index.html"),
        Probe.All(Probe.Tcp(), Probe.Command("test", "-e", "/tmp/ready")),
        Probe.Any(Probe.Log("never written"), Probe.Http()),
        Probe.Custom("port answers", async (target, token) =>
        {
            using var http = new HttpClient();
            await http.GetStringAsync(new Uri($"http://{target.Endpoint(8080)}/"), token);
        }));

    [Theory]
    [MemberData(nameof(ProbesThatWait), DisableDiscoveryEnumeration = true)]
    public async Task Probe_waits_until_the_service_is_there(Probe probe)
    {
        var service = new ContainerService(Kit.Busybox) { Command = ["sh", "-c", LateServer], Ports = [8080], Readiness = probe };
        await using var infra = (await Kit.CreateAsync()).Register("late", service);

        await infra.StartAllAsync(Kit.Cancellation);

        Assert.Equal(0, (await service.ExecAsync(["test", "-s", "/tmp/ready"], Kit.Cancellation)).ExitCode);
    }

    [Fact]
    public async Task Log_probe_counts_lines()
    {
        var service = new ContainerService(Kit.Busybox)
        {
            Command = ["sh", "-c", "for i in 1 2 3; do echo ready $i; sleep 0.2; done; sleep 1000"],
            Readiness = Probe.Log("^ready", times: 3),
        };
        await using var infra = (await Kit.CreateAsync()).Register("counted", service);

        await infra.StartAllAsync(Kit.Cancellation);

        Assert.Equal("ready 3", (await service.ReadLogAsync(Kit.Cancellation).LastAsync(Kit.Cancellation)).Text);
    }

    [Fact]
    public async Task Health_check_without_one_in_the_image_is_said_at_the_deadline()
    {
        var service = new ContainerService(Kit.Busybox) { Command = ["sleep", "1000"], Readiness = Probe.HealthCheck(), StartTimeout = TimeSpan.FromSeconds(2) };
        await using var infra = (await Kit.CreateAsync()).Register("unchecked", service);

        var error = await Kit.StartFailsAsync<ServiceStartException>(infra);

        Assert.Contains("the image has no health check", error.Message, StringComparison.Ordinal);
    }
}
