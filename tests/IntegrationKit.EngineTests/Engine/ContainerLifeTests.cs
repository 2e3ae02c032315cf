using System.Net;
using System.Net.Sockets;
using IntegrationKit.Engine;
using IntegrationKit.EngineTests.Engine.Support;

namespace IntegrationKit.EngineTests.Engine;

public sealed class ContainerLifeTests
{
    private static readonly string[] Sleeps = ["sleep", "60"];
    private static readonly string[] SaysWell = ["CMD", "echo", "well"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Container_from_create_to_removal_shows_each_state()
    {
        await using var real = await RealEngine.ConnectAsync();
        var id = await real.CreateAsync(real.Spec("exit 3"));

        var created = await real.Containers.InspectAsync(id, Cancellation);
        Assert.Equal(("created", null, null), (created!.Status, created.StartedAt, created.FinishedAt));
        Assert.Equal(RealEngine.Image, created.Image);

        await real.Containers.StartAsync(id, Cancellation);
        Assert.Equal(3, await real.Plain.WaitAsync(id));

        var exited = await real.Containers.InspectAsync(id, Cancellation);
        Assert.Equal(("exited", 3, false, "none"), (exited!.Status, exited.ExitCode, exited.OutOfMemory, exited.Health));

        // The engine writes down the start late: for a container that exits at once it can be later than the end.
        Assert.InRange((exited.FinishedAt - exited.StartedAt)!.Value, TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(30));

        await real.Containers.RemoveAsync(id, Cancellation);
        Assert.Null(await real.Containers.InspectAsync(id, Cancellation));
        await real.Containers.RemoveAsync(id, Cancellation);
    }

    [Fact]
    public async Task Start_of_a_running_container_is_no_error()
    {
        await using var real = await RealEngine.ConnectAsync();
        var id = await real.StartAsync("sleep 60");

        await real.Containers.StartAsync(id, Cancellation);

        Assert.True((await real.Containers.InspectAsync(id, Cancellation))!.IsRunning);
    }

    [Fact]
    public async Task Stop_lets_a_container_end_by_itself()
    {
        await using var real = await RealEngine.ConnectAsync();
        var id = await real.StartAsync("trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done");
        await foreach (var line in real.Containers.ReadLogsAsync(id, new LogQuery { Follow = true }, Cancellation))
        {
            Assert.Equal("ready", line.Text);
            break;
        }

        await real.Containers.StopAsync(id, TimeSpan.FromSeconds(20), Cancellation);

        Assert.Equal(7, (await real.Containers.InspectAsync(id, Cancellation))!.ExitCode);
    }

    [Fact]
    public async Task Stop_kills_a_container_that_does_not_end_in_time()
    {
        await using var real = await RealEngine.ConnectAsync();
        var id = await real.StartAsync("trap '' TERM; while :; do sleep 0.05; done");

        await real.Containers.StopAsync(id, TimeSpan.Zero, Cancellation);

        var stopped = await real.Containers.InspectAsync(id, Cancellation);
        Assert.Equal(137, stopped!.ExitCode);
        Assert.True(stopped.FinishedAt - stopped.StartedAt < TimeSpan.FromSeconds(8), "the engine's own ten seconds were waited for");
    }

    [Fact]
    public async Task Removal_takes_a_running_container_too()
    {
        await using var real = await RealEngine.ConnectAsync();
        var id = await real.StartAsync("sleep 60");

        await real.Containers.RemoveAsync(id, Cancellation);

        Assert.Null(await real.Containers.InspectAsync(id, Cancellation));
    }

    [Fact]
    public async Task Removal_takes_a_name_too()
    {
        await using var real = await RealEngine.ConnectAsync();
        var name = "integrationkit-name-" + Guid.NewGuid().ToString("N");
        var id = await real.CreateAsync(real.Spec("true") with { Name = name });

        await real.Containers.RemoveAsync(name, Cancellation);
        await real.Containers.RemoveAsync(name, Cancellation);

        Assert.Null(await real.Containers.InspectAsync(id, Cancellation));
    }

    [Fact]
    public async Task List_by_label_shows_stopped_containers_and_no_others()
    {
        await using var real = await RealEngine.ConnectAsync();
        var stopped = await real.CreateAsync(real.Spec("true") with { Name = "integrationkit-list-" + Guid.NewGuid().ToString("N") });
        var running = await real.StartAsync("sleep 60");

        var listed = await real.Containers.ListAsync([real.RunLabel, RealEngine.LabelKey], Cancellation);

        Assert.Equal(new[] { stopped, running }.Order(), listed.Select(c => c.Id).Order());
        var one = listed.Single(c => c.Id == stopped);
        Assert.StartsWith("integrationkit-list-", one.Name, StringComparison.Ordinal);
        Assert.Equal(("created", RealEngine.Image, "engine"), (one.Status, one.Image, one.Labels[RealEngine.LabelKey]));
    }

    [Fact]
    public async Task Published_port_reaches_the_process_inside()
    {
        await using var real = await RealEngine.ConnectAsync();
        var id = await real.StartAsync(real.Spec("echo hello | nc -l -p 7000") with { Ports = [new PortPublication(7000, "127.0.0.1", HostPort: null)] });
        var port = (await real.Containers.InspectAsync(id, Cancellation))!.Ports[7000];

        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, port, Cancellation);

        Assert.InRange(port, 1024, 65535);
    }

    [Fact]
    public async Task Spec_reaches_the_container_in_every_part()
    {
        await using var real = await RealEngine.ConnectAsync();
        var id = await real.StartAsync(real.Spec("echo $GREETING; mount | grep /scratch; grep NoNewPrivs /proc/self/status; sleep 60") with
        {
            Environment = new Dictionary<string, string> { ["GREETING"] = "good day = fine" },
            Tmpfs = new Dictionary<string, string> { ["/scratch"] = "size=1m" },
            MemoryBytes = 64 * 1024 * 1024,
        });

        var lines = new List<string>();
        await foreach (var line in real.Containers.ReadLogsAsync(id, new LogQuery { Follow = true }, Cancellation))
        {
            lines.Add(line.Text);
            if (lines.Count == 3)
            {
                break;
            }
        }

        Assert.Equal("good day = fine", lines[0]);
        Assert.Contains("size=1024k", lines[1], StringComparison.Ordinal);
        Assert.Equal("NoNewPrivs:\t1", lines[2]);
    }

    [Fact]
    public async Task Health_check_shows_its_state_and_its_last_output()
    {
        await using var real = await RealEngine.ConnectAsync();
        Assert.SkipWhen(real.Api.IsPodman, "Podman runs no health check without systemd.");
        var interval = TimeSpan.FromMilliseconds(100).Ticks * TimeSpan.NanosecondsPerTick;
        var id = await real.CreateAsync(() => real.Plain.CreateContainerAsync(new
        {
            RealEngine.Image,
            Cmd = Sleeps,
            real.Labels,
            Healthcheck = new { Test = SaysWell, Interval = interval },
        }));
        await real.Containers.StartAsync(id, Cancellation);

        await using var events = await real.Api.FollowEventsAsync(real.RunLabel, Cancellation);
        await foreach (var happened in events.WithCancellation(Cancellation))
        {
            if (happened.Action.StartsWith("health_status", StringComparison.Ordinal) || (await real.Containers.InspectAsync(id, Cancellation))!.Health == "healthy")
            {
                break;
            }
        }

        var details = await real.Containers.InspectAsync(id, Cancellation);
        Assert.Equal(("healthy", "well\n"), (details!.Health, details.HealthOutput));
    }

    [Fact]
    public async Task Errors_carry_status_message_and_request()
    {
        await using var real = await RealEngine.ConnectAsync();
        Assert.SkipWhen(real.Api.IsPodman, "Podman knows no least memory.");

        var missing = await Assert.ThrowsAsync<EngineException>(() =>
            real.Containers.CreateAsync(real.Spec("true") with { Image = "integrationkit.invalid/none:1" }, Cancellation));
        var gone = await Assert.ThrowsAsync<EngineException>(() => real.Containers.StartAsync("nosuchcontainer", Cancellation));
        var conflict = await Assert.ThrowsAsync<EngineException>(async () =>
            await real.Containers.CreateAsync(real.Spec("true") with { MemoryBytes = 1 }, Cancellation));

        Assert.Equal((HttpStatusCode.NotFound, "create container from integrationkit.invalid/none:1"), (missing.Status!.Value, missing.Request));
        Assert.Contains("No such image", missing.EngineMessage, StringComparison.OrdinalIgnoreCase);
        Assert.Equal((HttpStatusCode.NotFound, "No such container: nosuchcontainer"), (gone.Status!.Value, gone.EngineMessage));
        Assert.Equal(HttpStatusCode.BadRequest, conflict.Status);
        Assert.Contains("memory limit", conflict.EngineMessage, StringComparison.OrdinalIgnoreCase);
    }
}
