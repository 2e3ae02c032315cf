using System.Net;
using System.Net.Sockets;
using IntegrationKit.EngineTests.Faults;
using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Diagnostics;

/// <summary>Each rule against the failure it is made for, on the real engine.</summary>
public sealed class LikelyCauseTests
{
    [Fact]
    public async Task Out_of_memory_names_the_limit()
    {
        var service = Kit.Shell("tail /dev/zero", 80);

        var error = await FailsAsync(new ContainerService(service.Image) { Command = service.Command, Ports = service.Ports, MemoryLimit = 16 * 1024 * 1024 });

        Assert.Equal("The container needs more memory than its limit of 16 MiB. Raise MemoryLimit.", error.LikelyCause);
        Assert.Equal(137, Assert.IsType<ContainerExitedException>(error.Cause).ExitCode);
    }

    [Fact]
    public async Task Disk_full_says_how_to_make_room()
    {
        var service = new ContainerService(Kit.Busybox)
        {
            Tmpfs = ["/data:size=1m"],
            Command = ["sh", "-c", "dd if=/dev/zero of=/data/x bs=64k count=100"],
            Ports = [80],
        };

        var error = await FailsAsync(service);

        Assert.StartsWith("A file system of the container is full. Give its Tmpfs entry a larger size", error.LikelyCause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Image_for_another_architecture_names_both()
    {
        await using var image = await ForeignImage.LoadAsync();

        var error = await FailsAsync(new ContainerService(image.Name) { Command = ["/program"], Ports = [80] });

        Assert.Matches("^The image is for (s390x|arm64), and the engine runs [a-z0-9]+\\. Pull or build it for linux/", error.LikelyCause);
    }

    [Fact]
    public async Task Port_in_use_names_the_container_that_has_it()
    {
        var holder = Kit.WebServer();
        await using var infra = (await Kit.CreateAsync()).Register("holder", holder);
        await infra.StartAllAsync(Kit.Cancellation);

        var error = await FailsAsync(new ContainerService(Kit.Busybox) { Command = ["sleep", "1000"], Ports = [80], Port = holder.Endpoint(8080).Port });

        Assert.Matches("^The host port is taken by another container: '[^']+' \\(.*busybox:1\\)\\. Leave Port unset", error.LikelyCause);
    }

    [Fact]
    public async Task Port_in_use_names_the_process_that_has_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux shows who listens.");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        var error = await FailsAsync(new ContainerService(Kit.Busybox) { Command = ["sleep", "1000"], Ports = [80], Port = ((IPEndPoint)listener.LocalEndpoint).Port });

        Assert.Contains($"' (process {Environment.ProcessId}). Leave Port unset", error.LikelyCause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_that_ends_is_quoted_with_its_most_telling_line()
    {
        var error = await FailsAsync(Kit.Shell("echo reading; echo 'FATAL: cannot read /etc/app.conf'; echo bye; exit 42", 80));

        Assert.Equal("Its program ended with code 42, saying: FATAL: cannot read /etc/app.conf. Correct that in Environment, Command or the image.", error.LikelyCause);
    }

    [Fact]
    public async Task Missing_password_is_said_with_what_to_use()
    {
        var error = await FailsAsync(new ContainerService(new PostgresService().Image) { Ports = [5432] });

        Assert.StartsWith("POSTGRES_PASSWORD is not set. Use PostgresService", error.LikelyCause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Init_script_error_names_the_script_and_the_line()
    {
        using var script = new TempFile("schema.sql", "CREATE TABLE a (id int);\nINSERT INTO b VALUES (1);\n");

        var error = await FailsAsync(new PostgresService { InitScripts = [script.Path] });

        Assert.StartsWith("Init script 'schema.sql' has an error at line 2;", error.LikelyCause, StringComparison.Ordinal);
        Assert.Contains("relation \"b\" does not exist", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_that_gets_another_answer_is_told_from_a_dead_port()
    {
        var web = Kit.WebServer();

        var error = await FailsAsync(new ContainerService(web.Image)
        {
            Command = web.Command,
            Ports = web.Ports,
            Readiness = Probe.Http("/no/such/page"),
            StartTimeout = TimeSpan.FromSeconds(2),
        });

        Assert.Matches("^The port is reached, but the probe gets another answer than it expects: http://127.* answered 404\\. Check", error.LikelyCause);
    }

    [Fact]
    public async Task Login_that_is_refused_is_told_from_a_dead_port()
    {
        var error = await FailsAsync(new PostgresService
        {
            Readiness = Probe.Database(target => Npgsql.NpgsqlDataSource.Create(
                $"Host={target.Endpoint(5432).Host};Port={target.Endpoint(5432).Port};Username=postgres;Password=wrong")),
            StartTimeout = TimeSpan.FromSeconds(6),
        });

        Assert.StartsWith("The port is reached, but the login is refused: 28P01", error.LikelyCause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_that_is_not_published_is_said()
    {
        var error = await FailsAsync(new ContainerService(Kit.Busybox)
        {
            Command = ["sleep", "1000"],
            Readiness = Probe.Custom("login", (target, _) => Task.FromResult(target.Endpoint(6379))),
            StartTimeout = TimeSpan.FromSeconds(2),
        });

        Assert.Equal("The container runs, but does not publish the port that is probed. Add it to Ports.", error.LikelyCause);
    }

    [Fact]
    public async Task Port_of_a_healthy_container_that_is_not_published_is_said()
    {
        await using var image = await HealthyImage.MakeAsync();
        Assert.SkipWhen(image.IsNeverChecked, "Podman runs no health check without systemd.");

        var error = await FailsAsync(new ContainerService(image.Name)
        {
            Command = ["sleep", "1000"],
            Readiness = Probe.All(Probe.HealthCheck(), Probe.Custom("login", (target, _) => Task.FromResult(target.Endpoint(6379)))),
            StartTimeout = TimeSpan.FromSeconds(4),
        });

        Assert.Equal("The container is healthy, but does not publish the port that is probed. Add it to Ports.", error.LikelyCause);
    }

    [Fact]
    public async Task Loopback_of_an_engine_that_is_elsewhere_is_said()
    {
        await using var engine = await SecondEngine.StartAsync(isElsewhere: true);
        await using var infra = new TestInfrastructure(new() { EngineEndpoint = engine.Endpoint, Watchdog = false }).Register("web", new ContainerService(Kit.Busybox)
        {
            Command = ["httpd", "-f", "-p", "8080"],
            Ports = [8080],
            StartTimeout = TimeSpan.FromSeconds(4),
        });

        var error = await Kit.StartFailsAsync<ServiceStartException>(infra);

        Assert.StartsWith($"The engine at {engine.Endpoint} publishes ports on its own 127.0.0.1", error.LikelyCause, StringComparison.Ordinal);
        Assert.Empty(await engine.ResourcesAsync());
    }

    [Fact]
    public async Task Port_on_which_nothing_listens_is_said()
    {
        var error = await FailsAsync(new ContainerService(Kit.Busybox) { Command = ["sleep", "1000"], Ports = [80], StartTimeout = TimeSpan.FromSeconds(2) });

        Assert.StartsWith("The container runs, but nothing listens on the probed port.", error.LikelyCause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Password_that_is_an_ordinary_word_hides_nothing_else()
    {
        using var script = new TempFile("seed.sh", "echo \"postgres: PASSWORD=$PGPASSWORD\" >&2; exit 3\n");

        var error = await FailsAsync(new PostgresService { Password = "postgres", InitScripts = [script.Path] });

        Assert.Contains("postgres: PASSWORD=***", error.Message, StringComparison.Ordinal);
        Assert.Matches("Container +[^ ]*postgres:", error.Message);
    }

    private static async Task<ServiceStartException> FailsAsync(ServerService service)
    {
        var name = Kit.Unique("cause");
        await using var infra = (await Kit.CreateAsync()).Register(name, service);
        var error = await Kit.StartFailsAsync<ServiceStartException>(infra);
        Assert.InRange(error.Message.Split('\n').Length, 1, 60);
        Assert.Empty(await Kit.LeftoversAsync(name));
        return error;
    }
}
