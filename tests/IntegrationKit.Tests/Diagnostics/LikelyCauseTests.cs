using System.Net;
using IntegrationKit.Diagnostics;

namespace IntegrationKit.Tests.Diagnostics;

public sealed class LikelyCauseTests
{
    private static readonly LaunchFacts Local = new("unix:///var/run/docker.sock", EngineIsLocal: true, "arm64", MemoryLimit: null, []);

    [Theory]
    [InlineData("driver failed programming external connectivity: Bind for 127.0.0.1:5432 failed: port is already allocated", null, "another program or container")]
    [InlineData("listen tcp4 127.0.0.1:5432: bind: address already in use", "another program: 'nginx' (process 4711)", "another program: 'nginx' (process 4711)")]
    public void Find_port_in_use(string engineMessage, string? holder, string expected) =>
        Assert.StartsWith($"The host port is taken by {expected}. Leave Port unset", Find(Refused(engineMessage), new() { PortHolder = holder }), StringComparison.Ordinal);

    [Theory]
    [InlineData("amd64", "The image is for arm64, and the engine runs amd64.")]
    [InlineData("arm64", "A program in the image is for another architecture")]
    [InlineData(null, "A program in the image is for another architecture")]
    public void Find_other_architecture(string? engine, string expected)
    {
        var evidence = new StartEvidence { Launch = Local, EngineArchitecture = engine, Container = Container("exited", "exec /bin/x: exec format error") };

        Assert.StartsWith(expected, Find(new ContainerExitedException(1, outOfMemory: false), evidence), StringComparison.Ordinal);
        Assert.StartsWith(expected, Find(Refused("exec /bin/x: exec format error"), new() { Launch = Local, EngineArchitecture = engine }), StringComparison.Ordinal);
    }

    [Fact]
    public void Find_missing_password_of_postgres()
    {
        var evidence = new StartEvidence { Container = Container("exited", "Error: you must specify POSTGRES_PASSWORD to a non-empty value") };

        Assert.StartsWith("POSTGRES_PASSWORD is not set.", Find(new ContainerExitedException(1, outOfMemory: false), evidence), StringComparison.Ordinal);
    }

    [Fact]
    public void Find_out_of_memory()
    {
        var limited = new StartEvidence { Launch = Local with { MemoryLimit = 64 * 1024 * 1024 } };

        Assert.Contains("more memory than it was given", Find(new ContainerExitedException(137, outOfMemory: true), new()), StringComparison.Ordinal);
        Assert.Contains("limit of 64 MiB. Raise MemoryLimit", Find(new ContainerExitedException(137, outOfMemory: false), limited), StringComparison.Ordinal);
        Assert.Null(Find(new ContainerExitedException(137, outOfMemory: false), new() { Launch = Local }));
        Assert.Null(Find(new ContainerExitedException(1, outOfMemory: false), limited));
    }

    [Fact]
    public void Find_disk_full()
    {
        var evidence = new StartEvidence { Container = Container("exited", "dd: /data/x: No space left on device") };

        Assert.StartsWith("A file system of the container is full.", Find(new ContainerExitedException(1, outOfMemory: false), evidence), StringComparison.Ordinal);
        Assert.StartsWith("The engine's disk is full.", Find(Refused("mkdir /var/lib/docker/x: no space left on device"), new()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:49153/health answered 503", "The port is reached, but the probe gets another answer")]
    [InlineData("28P01: password authentication failed for user \"app\"", "The port is reached, but the login is refused")]
    [InlineData("Redis refused AUTH: ERR AUTH called without any password", "The port is reached, but the probe gets another answer")]
    [InlineData("port 80: 127.0.0.1:49153: Connection refused", "The engine at unix:///var/run/docker.sock publishes ports on its own 127.0.0.1")]
    [InlineData("port 80: 127.0.0.1:49153 accepted and closed the connection", "The container runs, but nothing listens")]
    [InlineData("Port 80 of service 'web' is not published; it publishes none. Add it to Ports.", "The container runs, but does not publish the port that is probed.")]
    public void Find_what_keeps_a_running_container_from_being_ready(string reason, string expected) =>
        Assert.StartsWith(expected, Find(TimedOut(reason), new() { Launch = Local, Container = Container("running") }), StringComparison.Ordinal);

    [Fact]
    public void Find_healthy_container_without_the_published_port()
    {
        var evidence = new StartEvidence { Container = Container("running") with { Health = "healthy ok" } };

        Assert.StartsWith("The container is healthy, but does not publish", Find(TimedOut("Port 80 of service 'web' is not published"), evidence), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tcp://build-host:2375", false, "port 80: 10.0.0.7:49153: Connection refused", "The engine is on another machine (tcp://build-host:2375)")]
    [InlineData("tcp://build-host:2375", false, "no answer within 5 s", "The engine is on another machine (tcp://build-host:2375)")]
    [InlineData("tcp://127.0.0.1:2375", true, "port 80: 127.0.0.1:49153: Connection refused", "The engine at tcp://127.0.0.1:2375 publishes ports on its own 127.0.0.1")]
    [InlineData("tcp://127.0.0.1:2375", true, "port 80: 127.0.0.1:49153 accepted and closed the connection", "The container runs, but nothing listens")]
    public void Find_ports_of_a_remote_engine(string engine, bool local, string reason, string expected)
    {
        var launch = Local with { Engine = engine, EngineIsLocal = local };

        Assert.StartsWith(expected, Find(TimedOut(reason), new() { Launch = launch, Container = Container("running") }), StringComparison.Ordinal);
    }

    [Fact]
    public void Find_nothing_listens_where_the_engine_holds_the_port_here()
    {
        var evidence = new StartEvidence { Launch = Local, Container = Container("running"), PortsAreHere = true };

        Assert.StartsWith("The container runs, but nothing listens", Find(TimedOut("port 80: 127.0.0.1:49153: Connection refused"), evidence), StringComparison.Ordinal);
        evidence.PortsAreHere = false;
        Assert.Contains("its own 127.0.0.1", Find(TimedOut("port 80: 127.0.0.1:49153: Connection refused"), evidence), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "starting", "starting", "Podman has not run the image's health check: it needs systemd for that")]
    [InlineData(false, "starting", "starting", "The engine has not run the image's health check in that time.")]
    [InlineData(true, "starting no database", "starting: no database", null)]
    [InlineData(true, "unhealthy", "unhealthy", null)]
    public void Find_health_check_that_was_never_run(bool isPodman, string health, string reason, string? expected)
    {
        var evidence = new StartEvidence { Launch = Local with { EngineIsPodman = isPodman }, Container = Container("running") with { Health = health } };

        Assert.StartsWith(expected ?? string.Empty, Find(TimedOut(reason), evidence) ?? string.Empty, StringComparison.Ordinal);
        Assert.Equal(expected is null, Find(TimedOut(reason), evidence) is null);
    }

    [Fact]
    public void Find_init_script_of_an_image()
    {
        var evidence = new StartEvidence { Container = Container("exited", "psql:/docker-entrypoint-initdb.d/a.sql:2: ERROR:  relation \"x\" does not exist") };

        Assert.StartsWith("An init script of the image fails: psql:/docker-entrypoint-initdb.d/a.sql:2: ERROR:", Find(new ContainerExitedException(3, outOfMemory: false), evidence), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Its program ended with code 1, saying: FATAL: no config", 1, "ERROR: x", "FATAL: no config", "error: shutting down", "bye")]
    [InlineData("Its program ended with code 1, saying: System.IO.IOException: disk", 1, "System.IO.IOException: disk", "   at Main()", "")]
    [InlineData("Its program ended with code 1, saying: cannot read config", 1, "cannot read config", "no errors so far", "0 errors")]
    [InlineData("Its program ended with code 1, saying: last words", 1, "first", "last words", " ")]
    [InlineData("Its program finished, saying: done", 0, "done")]
    public void Find_telling_line_of_the_log(string expected, int code, params string[] log) =>
        Assert.StartsWith(expected, Find(new ContainerExitedException(code, outOfMemory: false), new() { Container = Container("exited", log) }), StringComparison.Ordinal);

    [Fact]
    public void Find_no_rule_knows()
    {
        Assert.Null(Find(new IOException("odd"), new()));
        Assert.Null(Find(new ContainerExitedException(1, outOfMemory: false), new() { Container = Container("exited") }));
        Assert.Null(Find(TimedOut("Connection refused"), new() { Container = Container("exited") }));
        Assert.Null(Find(TimedOut("odd"), new() { Container = Container("running") }));
    }

    private static string? Find(Exception cause, StartEvidence evidence) => LikelyCause.Find(cause, evidence);

    private static EngineException Refused(string message) => new("start container", HttpStatusCode.InternalServerError, message);

    private static ReadinessTimeoutException TimedOut(string reason) =>
        new("the probe", TimeSpan.FromSeconds(60), "its StartTimeout", [new(TimeSpan.Zero, TimeSpan.Zero, reason), new(TimeSpan.Zero, TimeSpan.Zero, "cancelled while it was tried")]);

    private static ContainerFacts Container(string status, params string[] lines) =>
        new("0123456789abcdef", "web:1", status, ExitCode: null, EndedAt: null, OutOfMemory: false, Health: null, new Dictionary<int, int>(), lines);
}
