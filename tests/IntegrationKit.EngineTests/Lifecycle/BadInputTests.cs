using System.Net;
using System.Net.Sockets;
using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Lifecycle;

/// <summary>What goes wrong in real life, and what the error says of it. Nothing is left behind.</summary>
public sealed class BadInputTests
{
    [Fact]
    public async Task No_engine_lists_the_endpoint_that_was_tried()
    {
        await using var infra = new TestInfrastructure(new() { EngineEndpoint = "unix:///no/such/docker.sock" }).Register("redis", new RedisService());

        var error = await Kit.StartFailsAsync<EngineUnavailableException>(infra);

        Assert.Equal("unix:///no/such/docker.sock", Assert.Single(error.Attempts).Endpoint);
        Assert.Equal(ServiceState.Failed, infra.Services[0].State);
    }

    [Fact]
    public async Task Unknown_image_is_said_with_the_registrys_reason()
    {
        await using var infra = (await Kit.CreateAsync()).Register("unknown", new ContainerService("integrationkit.invalid/no-such-image:1"));

        var error = await Kit.StartFailsAsync<ServiceStartException>(infra);

        var image = Assert.IsType<ImageUnavailableException>(error.Cause);
        Assert.Equal("integrationkit.invalid/no-such-image:1", image.Image);
        Assert.NotEmpty(image.Reason);
        Assert.Null(image.LocalAlternative);
    }

    [Fact]
    public async Task Image_that_is_local_under_another_prefix_is_suggested_with_the_prefix()
    {
        await using var infra = (await Kit.CreateAsync()).Register("redis", new RedisService());
        await infra.StartAllAsync(Kit.Cancellation);
        var local = (await Kit.InspectAsync(((RedisService)infra.Services[0]).ContainerId))!.Image;
        Assert.SkipUnless(local.Contains('/', StringComparison.Ordinal), "The engine has the official image, so there is none under a prefix.");

        await using var wrong = (await Kit.CreateAsync(new() { ImagePrefix = "integrationkit.invalid" })).Register("redis", new RedisService());
        var error = await Kit.StartFailsAsync<ServiceStartException>(wrong);

        var image = Assert.IsType<ImageUnavailableException>(error.Cause);
        Assert.Equal(local, image.LocalAlternative);
        Assert.Contains($"INTEGRATIONKIT_IMAGE_PREFIX={local[..local.LastIndexOf('/')]}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_in_use_by_a_program_is_said_and_nothing_is_left()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var name = Kit.Unique("redis");
        await using var infra = (await Kit.CreateAsync()).Register(name, new RedisService { Port = port });

        var error = await Kit.StartFailsAsync<ServiceStartException>(infra);

        Assert.Contains(port.ToString(System.Globalization.CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
        Assert.Contains("taken by another program", error.LikelyCause, StringComparison.Ordinal);
        Assert.Empty(await Kit.LeftoversAsync(name));
    }

    [Fact]
    public async Task Container_that_exits_at_once_is_said_with_code_and_log_in_well_under_a_second()
    {
        var name = Kit.Unique("short");
        var service = new ContainerService(Kit.Busybox) { Command = ["sh", "-c", "echo cannot read my config >&2; exit 42"], Ports = [8080] };
        await using var infra = (await Kit.CreateAsync()).Register(name, service);

        var error = await Kit.StartFailsAsync<ServiceStartException>(infra);

        var exited = Assert.IsType<ContainerExitedException>(error.Cause);
        Assert.Equal(42, exited.ExitCode);
        Assert.Equal(42, error.Container!.ExitCode);
        Assert.Contains("cannot read my config", error.Container.LastLogLines);
        Assert.Contains("cannot read my config", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Empty(await Kit.LeftoversAsync(name));
    }

    [Fact]
    public async Task Time_from_exit_to_exception_is_well_under_a_second()
    {
        var times = new List<TimeSpan>();
        for (var i = 0; i < 5; i++)
        {
            var service = new ContainerService(Kit.Busybox) { Command = ["sh", "-c", "sleep 0.3; exit 1"], Readiness = Probe.Log("never") };
            await using var infra = (await Kit.CreateAsync()).Register("short", service);
            var error = await Assert.ThrowsAsync<ServiceStartException>(() => infra.StartAllAsync(Kit.Cancellation));
            times.Add(TimeProvider.System.GetUtcNow() - error.Container!.EndedAt!.Value);
        }

        TestContext.Current.TestOutputHelper!.WriteLine(string.Join(", ", times.Select(each => $"{each.TotalMilliseconds:0} ms")));
        Assert.True(times.Order().ElementAt(2) < TimeSpan.FromSeconds(1), "The median time from the exit to the exception.");
    }

    [Fact]
    public async Task Command_that_the_image_lacks_is_said_in_the_engines_words()
    {
        await using var infra = (await Kit.CreateAsync()).Register("wrong", new ContainerService(Kit.Busybox) { Command = ["no-such-program"] });

        var error = await Kit.StartFailsAsync<ServiceStartException>(infra);

        Assert.IsType<EngineException>(error.Cause);
        Assert.Contains("no-such-program", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readiness_deadline_that_passes_shows_the_attempts()
    {
        var name = Kit.Unique("never");
        var service = new ContainerService(Kit.Busybox)
        {
            Command = ["sh", "-c", "echo I listen on nothing; sleep 1000"],
            Ports = [8080],
            StartTimeout = TimeSpan.FromSeconds(2),
        };
        await using var infra = (await Kit.CreateAsync()).Register(name, service);

        var error = await Kit.StartFailsAsync<ServiceStartException>(infra);

        var timeout = Assert.IsType<ReadinessTimeoutException>(error.Cause);
        Assert.Equal(TimeSpan.FromSeconds(2), timeout.Timeout);
        Assert.True(timeout.Attempts.Count > 2, $"{timeout.Attempts.Count} attempts");
        Assert.Contains("nothing listens on the probed port", error.LikelyCause, StringComparison.Ordinal);
        Assert.Contains("I listen on nothing", error.Message, StringComparison.Ordinal);
        Assert.Contains("StartTimeout", error.Message, StringComparison.Ordinal);
        Assert.Empty(await Kit.LeftoversAsync(name));
    }

    [Fact]
    public async Task Postgres_without_a_password_is_explained()
    {
        // The image's refusal, as a user of a plain container meets it.
        await using var infra = (await Kit.CreateAsync()).Register("postgres", new ContainerService(new PostgresService().Image) { Ports = [5432] });

        var error = await Kit.StartFailsAsync<ServiceStartException>(infra);

        Assert.Equal(1, Assert.IsType<ContainerExitedException>(error.Cause).ExitCode);
        Assert.Contains("POSTGRES_PASSWORD is not set", error.LikelyCause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_failing_service_stops_the_others()
    {
        var (good, bad, waiting) = (Kit.Unique("good"), Kit.Unique("bad"), Kit.Unique("waiting"));
        var fine = Kit.WebServer();
        var failing = new ContainerService(Kit.Busybox) { Command = ["sh", "-c", "exit 9"], DependsOn = [fine], Ports = [1] };
        await using var infra = (await Kit.CreateAsync())
            .Register(good, fine).Register(bad, failing).Register(waiting, new ContainerService(Kit.Busybox) { Command = ["sleep", "1000"], DependsOn = [failing] });

        var error = await Kit.StartFailsAsync<ServiceStartException>(infra);

        Assert.Equal(bad, error.ServiceName);
        Assert.Contains("ready", error.OtherServices[good], StringComparison.Ordinal);
        Assert.Contains(bad, error.OtherServices[waiting], StringComparison.Ordinal);
        Assert.Equal(ServiceState.Stopped, fine.State);
        Assert.Empty(await Kit.LeftoversAsync(good, bad, waiting));
    }
}
