using IntegrationKit.Engine;
using IntegrationKit.Launching;

namespace IntegrationKit.Tests.Launching;

/// <summary>Who reaches a published port.</summary>
public sealed class ContainerSpecsTests
{
    private static readonly ImageDetails Image = new("id", "linux", "amd64", [], [], new Dictionary<string, string>(), HasHealthCheck: false);

    [Theory]
    [InlineData("unix:///var/run/docker.sock")]
    [InlineData("tcp://127.0.0.1:2375")]
    public void From_publishes_on_loopback_of_a_local_engine(string engine) =>
        Assert.Equal("127.0.0.1", Assert.Single(From(engine, allInterfaces: false, 8080).Ports).HostAddress);

    [Fact]
    public void From_refuses_to_publish_on_another_machine_unasked()
    {
        var error = Assert.Throws<IntegrationKitException>(() => From("tcp://10.0.0.7:2375", allInterfaces: false, 8080));

        Assert.Contains("tcp://10.0.0.7:2375", error.Message, StringComparison.Ordinal);
        Assert.Contains("PublishPortsOnAllInterfaces", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void From_lets_a_container_without_ports_run_on_another_machine() =>
        Assert.Empty(From("tcp://10.0.0.7:2375", allInterfaces: false).Ports);

    [Theory]
    [InlineData("unix:///var/run/docker.sock")]
    [InlineData("tcp://10.0.0.7:2375")]
    public void From_publishes_on_all_interfaces_only_when_asked(string engine) =>
        Assert.Equal("0.0.0.0", Assert.Single(From(engine, allInterfaces: true, 8080).Ports).HostAddress);

    private static ContainerSpec From(string engine, bool allInterfaces, params PublishedPort[] ports) => ContainerSpecs.From(
        new() { Service = "web", Image = "web:1", Ports = ports },
        Image,
        new LauncherOptions(EngineEndpoint: null, ImagePrefix: null, PublishPortsOnAllInterfaces: allInterfaces),
        network: null,
        new EngineEndpoint(new Uri(engine), "test"),
        DateTimeOffset.UnixEpoch);
}
