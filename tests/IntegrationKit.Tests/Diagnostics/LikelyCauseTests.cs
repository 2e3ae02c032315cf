using System.Net;
using IntegrationKit.Diagnostics;

namespace IntegrationKit.Tests.Diagnostics;

public sealed class LikelyCauseTests
{
    [Theory]
    [InlineData("driver failed programming external connectivity: Bind for 127.0.0.1:5432 failed: port is already allocated")]
    [InlineData("listen tcp4 127.0.0.1:5432: bind: address already in use")]
    public void Find_port_in_use(string engineMessage) =>
        Assert.StartsWith(
            "The host port is taken",
            LikelyCause.Find(new EngineException("start container", HttpStatusCode.InternalServerError, engineMessage), new StartEvidence()),
            StringComparison.Ordinal);

    [Fact]
    public void Find_missing_password_of_postgres()
    {
        var evidence = new StartEvidence { Container = Container("exited", "Error: you must specify POSTGRES_PASSWORD to a non-empty value") };

        Assert.StartsWith("POSTGRES_PASSWORD is not set.", LikelyCause.Find(new ContainerExitedException(1, outOfMemory: false), evidence), StringComparison.Ordinal);
    }

    [Fact]
    public void Find_out_of_memory() =>
        Assert.Contains("more memory", LikelyCause.Find(new ContainerExitedException(137, outOfMemory: true), new StartEvidence()), StringComparison.Ordinal);

    [Theory]
    [InlineData("port 80: 127.0.0.1:49153: Connection refused")]
    [InlineData("port 80: 127.0.0.1:49153 accepted and closed the connection")]
    public void Find_nothing_listens(string reason) =>
        Assert.Contains("nothing listens", LikelyCause.Find(TimedOut(reason), new StartEvidence { Container = Container("running") }), StringComparison.Ordinal);

    [Fact]
    public void Find_no_rule_knows()
    {
        Assert.Null(LikelyCause.Find(new IOException("odd"), new StartEvidence()));
        Assert.Null(LikelyCause.Find(new ContainerExitedException(1, outOfMemory: false), new StartEvidence { Container = Container("exited", "odd") }));
        Assert.Null(LikelyCause.Find(TimedOut("Connection refused"), new StartEvidence { Container = Container("exited") }));
        Assert.Null(LikelyCause.Find(TimedOut("answered 503"), new StartEvidence { Container = Container("running") }));
    }

    private static ReadinessTimeoutException TimedOut(string reason) =>
        new("the probe", TimeSpan.FromSeconds(60), "its StartTimeout", [new(TimeSpan.Zero, TimeSpan.Zero, reason)]);

    private static ContainerFacts Container(string status, params string[] lines) =>
        new("0123456789abcdef", "web:1", status, ExitCode: null, EndedAt: null, OutOfMemory: false, Health: null, new Dictionary<int, int>(), lines);
}
