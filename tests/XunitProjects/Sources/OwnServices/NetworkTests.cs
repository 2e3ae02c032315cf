namespace Scenarios.OwnServices;

/// <summary>The network address of a service of one's own is what another container reaches.</summary>
public sealed class NetworkFixture : InfrastructureFixture
{
    private const string Script =
        """
        address=${CACHE}
        printf 'version\r\nquit\r\n' | nc "${address%:*}" "${address#*:}"
        address=${NATS#*@}
        nc "${address%:*}" "${address#*:}" </dev/null
        exec sleep 600
        """;

    protected override void Configure(TestInfrastructure infra)
    {
        var (cache, nats) = (new MemcachedService(), new NatsService());
        infra.Register("cache", cache).Register("nats", nats).Register("client", new ContainerService("busybox:1")
        {
            Command = ["sh", "-c", Script],
            Environment =
            {
                ["CACHE"] = ServiceReference.To(cache, each => each.NetworkConnectionString),
                ["NATS"] = ServiceReference.To(nats, each => each.NetworkConnectionString),
            },
            Readiness = Probe.All(Probe.Log("^VERSION "), Probe.Log("^INFO .*\"auth_required\":true")),
        });
    }
}

public sealed class NetworkTests(NetworkFixture infra) : IntegrationTest<NetworkFixture>(infra)
{
    [Fact]
    public void Client_reaches_both() => Assert.Equal(ServiceState.Running, Infra.Infrastructure.Get("client").State);
}
