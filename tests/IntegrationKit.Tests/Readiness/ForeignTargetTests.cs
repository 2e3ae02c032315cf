using IntegrationKit.Tests.Readiness.Support;

namespace IntegrationKit.Tests.Readiness;

/// <summary>A target that runs in no container and says only where it listens.</summary>
public sealed class ForeignTargetTests
{
    [Fact]
    public async Task Command_is_refused_with_the_reason() => Assert.Equal(
        "Service 'mine' runs in no container, so that no command can be run in it.",
        await ProbeTrial.OnceAsync(Probe.Command("true"), new ForeignTarget()));

    [Fact]
    public async Task Health_check_is_told_to_be_missing() =>
        Assert.Equal("the image has no health check", await ProbeTrial.OnceAsync(Probe.HealthCheck(), new ForeignTarget()));

    [Fact]
    public async Task Log_is_empty() =>
        Assert.Equal("the log ended; last line: the log is empty", await ProbeTrial.OnceAsync(Probe.Log("ready"), new ForeignTarget()));

    private sealed class ForeignTarget : IProbeTarget
    {
        public string Name => "mine";

        public IReadOnlyList<int> Ports => [80];

        public ServiceEndpoint Endpoint(int port) => new("127.0.0.1", port);
    }
}
