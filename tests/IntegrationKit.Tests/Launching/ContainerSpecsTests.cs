using IntegrationKit.Engine;
using IntegrationKit.Launching;
using IntegrationKit.Launching.Containers;

namespace IntegrationKit.Tests.Launching;

/// <summary>Who reaches a published port.</summary>
public sealed class ContainerSpecsTests
{
    private static readonly ImageDetails Image = new("id", "linux", "amd64", [], [], new Dictionary<string, string>(), HasHealthCheck: false);

    [Fact]
    public void From_publishes_on_loopback() =>
        Assert.Equal("127.0.0.1", Assert.Single(From(allInterfaces: false, 8080).Ports).HostAddress);

    [Fact]
    public void FindProblems_publishing_on_another_machine_unasked_is_one()
    {
        var problem = Assert.Single(FindProblems("tcp://10.0.0.7:2375", allInterfaces: false, 8080));

        Assert.Contains("tcp://10.0.0.7:2375", problem, StringComparison.Ordinal);
        Assert.Contains("PublishPortsOnAllInterfaces", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void FindProblems_container_without_ports_may_run_on_another_machine() =>
        Assert.Empty(FindProblems("tcp://10.0.0.7:2375", allInterfaces: false));

    [Fact]
    public void FindProblems_publishing_where_it_is_asked_for_is_none() => Assert.Empty(FindProblems("tcp://10.0.0.7:2375", allInterfaces: true, 8080));

    [Theory]
    [InlineData("unix:///var/run/docker.sock")]
    [InlineData("tcp://127.0.0.1:2375")]
    public void FindProblems_publishing_on_loopback_of_a_local_engine_is_none(string engine) => Assert.Empty(FindProblems(engine, allInterfaces: false, 8080));

    [Fact]
    public void From_publishes_on_all_interfaces_only_when_asked() =>
        Assert.Equal("0.0.0.0", Assert.Single(From(allInterfaces: true, 8080).Ports).HostAddress);

    private static ContainerSpec From(bool allInterfaces, params PublishedPort[] ports) => ContainerSpecs.From(
        "web", Spec(ports), Image, Options(allInterfaces), network: null, [], DateTimeOffset.UnixEpoch);

    private static IEnumerable<string> FindProblems(string engine, bool allInterfaces, params PublishedPort[] ports) =>
        ContainerSpecs.FindProblems(Spec(ports), Options(allInterfaces), new EngineEndpoint(new Uri(engine), "test"));

    private static ServerSpec Spec(PublishedPort[] ports) => new() { Image = "web:1", Ports = ports };

    private static LauncherOptions Options(bool allInterfaces) => new(EngineEndpoint: null, ImagePrefix: null, PublishPortsOnAllInterfaces: allInterfaces);
}
