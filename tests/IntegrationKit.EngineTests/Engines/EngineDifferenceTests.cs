using System.Net;
using IntegrationKit.EngineTests.Diagnostics;
using IntegrationKit.EngineTests.Engine.Support;
using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Engines;

/// <summary>Where engines differ, the library behaves the same. On the engine at hand; <see cref="FurtherEngineTests"/> runs it on others.</summary>
public sealed class EngineDifferenceTests
{
    [Fact]
    public async Task Postgres_redis_and_a_container_start_are_reset_and_stop()
    {
        var (database, cache, web) = (Kit.Unique("database"), Kit.Unique("cache"), Kit.Unique("web"));
        using var script = new TempFile("schema.sql", "CREATE TABLE item (id int);");
        var (postgres, redis) = (new PostgresService { InitScripts = [script.Path] }, new RedisService());
        var server = new ContainerService(Kit.Busybox)
        {
            Command = ["httpd", "-f", "-p", "8080"],
            Ports = [8080],
            Environment = { ["CACHE"] = ServiceReference.To(redis, each => each.NetworkConnectionString) },
        };
        await using var infra = (await Kit.CreateAsync()).Register(database, postgres).Register(cache, redis).Register(web, server);
        await infra.StartAllAsync(Kit.Cancellation);
        await postgres.DataSource.RunAsync("INSERT INTO item VALUES (1)");

        await infra.ResetAllAsync(Kit.Cancellation);
        Assert.Equal(0, await postgres.DataSource.ReadAsync<long>("SELECT count(*) FROM item"));
        await infra.StopAllAsync(Kit.Cancellation);

        Assert.Empty(await Kit.LeftoversAsync(database, cache, web));
    }

    [Fact]
    public async Task Container_that_ignores_its_stop_signal_is_removed_at_once()
    {
        await using var real = await RealEngine.ConnectAsync();
        var id = await real.StartAsync("trap '' TERM; while true; do sleep 1; done");
        var begun = TimeProvider.System.GetTimestamp();

        await real.Containers.RemoveAsync(id, Kit.Cancellation);

        // The grace that an engine may give is 10 s.
        Assert.InRange(TimeProvider.System.GetElapsedTime(begun), TimeSpan.Zero, TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task Refusals_have_the_same_status()
    {
        await using var real = await RealEngine.ConnectAsync();
        var network = await real.CreateNetworkAsync();
        var running = await real.StartAsync(real.Spec("sleep 60") with { Network = network, Name = Kit.Unique("running") });
        var created = await real.CreateAsync(real.Spec("true"));
        using var tar = new MemoryStream(new byte[1024 * 1024]);

        var inUse = await Assert.ThrowsAsync<EngineException>(() => real.Api.Networks.RemoveAsync(network, Kit.Cancellation));
        var notRunning = await Assert.ThrowsAsync<EngineException>(() => real.Containers.ExecAsync(created, ["true"], new(), Kit.Cancellation));
        var name = (await real.Containers.ListAsync([real.RunLabel], Kit.Cancellation)).Single(each => each.Id == running).Name;
        var taken = await Assert.ThrowsAsync<EngineException>(() => real.Containers.CreateAsync(real.Spec("true") with { Name = name }, Kit.Cancellation));
        var missing = await Assert.ThrowsAsync<EngineException>(() => real.Containers.PutArchiveAsync("nosuchcontainer", "/tmp", tar, Kit.Cancellation));

        Assert.Equal(
            [HttpStatusCode.Forbidden, HttpStatusCode.Conflict, HttpStatusCode.Conflict, HttpStatusCode.NotFound],
            [inUse.Status!.Value, notRunning.Status!.Value, taken.Status!.Value, missing.Status!.Value]);
    }

    [Fact]
    public async Task Container_gains_no_privileges()
    {
        await using var real = await RealEngine.ConnectAsync();
        var id = await real.StartAsync("sleep 60");

        var status = await real.Containers.ExecAsync(id, ["grep", "NoNewPrivs", "/proc/1/status"], new(), Kit.Cancellation);

        Assert.Equal("NoNewPrivs:\t1\n", status.Output);
    }

    [Fact]
    public async Task Health_check_that_is_never_made_is_said_within_the_limit()
    {
        await using var image = await HealthyImage.MakeAsync();
        var service = new ContainerService(image.Name)
        {
            Command = ["sleep", "1000"],
            Readiness = Probe.HealthCheck(),
            StartTimeout = TimeSpan.FromSeconds(image.IsNeverChecked ? 3 : 30),
        };
        await using var infra = new TestInfrastructure().Register(Kit.Unique("healthy"), service);
        if (!image.IsNeverChecked)
        {
            await infra.StartAllAsync(Kit.Cancellation);
            return;
        }

        var error = await Kit.StartFailsAsync<ServiceStartException>(infra);

        Assert.StartsWith("Podman has not run the image's health check: it needs systemd for that", error.LikelyCause, StringComparison.Ordinal);
        Assert.InRange(error.Elapsed, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(20));
    }
}
