using IntegrationKit.Tests.Readiness.Support;

namespace IntegrationKit.Tests.Readiness;

/// <summary>The probes that ask the engine: a command in the container, the image's health check.</summary>
public sealed class ContainerProbeTests
{
    [Fact]
    public async Task Command_that_exits_with_0_is_ready()
    {
        var target = new ProbeTarget { Command = () => new(0, "pong", "") };

        Assert.Null(await ProbeTrial.OnceAsync(Probe.Command("redis-cli", "ping"), target));
        Assert.Equal(["redis-cli", "ping"], Assert.Single(target.Commands));
    }

    [Theory]
    [InlineData(2, "out", " no server \n", "exit code 2: no server")]
    [InlineData(1, "it said this\n", "", "exit code 1: it said this")]
    [InlineData(137, "", "", "exit code 137")]
    public async Task Command_that_fails_is_not_ready_and_says_what_it_said(long exitCode, string output, string error, string expected)
    {
        var target = new ProbeTarget { Command = () => new(exitCode, output, error) };

        Assert.Equal(expected, await ProbeTrial.OnceAsync(Probe.Command("check"), target));
    }

    [Fact]
    public async Task Reason_of_an_attempt_is_cut()
    {
        var text = new string('x', 1_000_000);
        var command = await ProbeTrial.OnceAsync(Probe.Command("check"), new ProbeTarget { Command = () => new(1, "", text) });
        var custom = await ProbeTrial.OnceAsync(Probe.Custom("mine", (_, _) => throw new IOException(text)), new ProbeTarget());

        Assert.Equal($"exit code 1: {new string('x', 1987)}… (998,013 more characters)", command);
        Assert.Equal($"{new string('x', 2000)}… (998,000 more characters)", custom);
    }

    [Fact]
    public void Command_without_words_is_refused() => Assert.Throws<ArgumentException>(() => Probe.Command());

    [Theory]
    [InlineData("healthy", "", null)]
    [InlineData("starting", "", "starting")]
    [InlineData("unhealthy", "curl: (7) refused\n", "unhealthy: curl: (7) refused")]
    [InlineData("none", "", "the image has no health check")]
    [InlineData("", "", "the image has no health check")]
    public async Task HealthCheck_judges_the_state(string status, string output, string? expected) =>
        Assert.Equal(expected, await ProbeTrial.OnceAsync(Probe.HealthCheck(), new ProbeTarget { Health = new(status, output) }));

    [Fact]
    public void ToString_says_what_is_probed()
    {
        Assert.Equal("TCP connection to every published port", Probe.Tcp().ToString());
        Assert.Equal("TCP connection to port 80", Probe.Tcp(80).ToString());
        Assert.Equal("HTTP GET /health on port 80 answers 204", Probe.Http("/health", 80, 204).ToString());
        Assert.Equal("HTTPS GET / answers 200 to 299", Probe.Https().ToString());
        Assert.Equal("log line matching /ready/ 2 times", Probe.Log("ready", 2).ToString());
        Assert.Equal("command pg_isready -q", Probe.Command("pg_isready", "-q").ToString());
        Assert.Equal("health check of the image", Probe.HealthCheck().ToString());
        Assert.Equal("all of: log line matching /a/; TCP connection to port 80", Probe.All(Probe.Log("a"), Probe.Tcp(80)).ToString());
    }
}
