using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Services;

public sealed class ContainerServiceTests
{
    [Fact]
    public async Task Container_runs_with_its_settings_and_answers_on_its_port()
    {
        var web = new ContainerService(Kit.Busybox)
        {
            Entrypoint = ["sh", "-c"],
            Command = ["mkdir -p /scratch/www && echo \"$GREETING\" > /scratch/www/index.html && exec httpd -f -p 8080 -h /scratch/www"],
            Environment = { ["GREETING"] = "hello from inside" },
            Labels = { ["team"] = "orders" },
            Tmpfs = ["/scratch"],
            Ports = [8080],
            Readiness = Probe.Http("/index.html"),
        };
        await using var infra = (await Kit.CreateAsync()).Register("web", web);
        await infra.StartAllAsync(Kit.Cancellation);
        using var http = new HttpClient();

        Assert.Equal("hello from inside\n", await http.GetStringAsync(new Uri($"http://{web.Endpoint(8080)}/"), Kit.Cancellation));
        var mounts = await web.ExecAsync(["grep", "/scratch", "/proc/mounts"], Kit.Cancellation);
        Assert.Equal(0, mounts.ExitCode);
        Assert.Contains("tmpfs", mounts.Output, StringComparison.Ordinal);
        var missing = await web.ExecAsync(["sh", "-c", "echo out; echo err >&2; exit 3"], Kit.Cancellation);
        Assert.Equal((3, "out\n", "err\n"), (missing.ExitCode, missing.Output, missing.Error));
    }

    [Fact]
    public async Task Container_log_is_read_and_followed()
    {
        var service = Kit.Shell("for i in 1 2 3; do echo line $i; done; echo problem >&2; sleep 1000");
        await using var infra = (await Kit.CreateAsync()).Register("chatty", service);
        await infra.StartAllAsync(Kit.Cancellation);
        var lines = new List<LogLine>();

        await foreach (var line in service.FollowLogAsync(Kit.Cancellation))
        {
            lines.Add(line);
            if (lines.Count == 4)
            {
                break;
            }
        }

        Assert.Equal(["line 1", "line 2", "line 3"], lines.Where(each => !each.IsError).Select(each => each.Text));
        Assert.Equal("problem", Assert.Single(lines, each => each.IsError).Text);
        Assert.Equal(4, await service.ReadLogAsync(Kit.Cancellation).CountAsync(Kit.Cancellation));
    }

    [Fact]
    public async Task Fixed_port_is_used()
    {
        var port = FreePort();
        var web = new ContainerService(Kit.Busybox) { Command = ["httpd", "-f", "-p", "9000"], Ports = [9000], Port = port };
        await using var infra = (await Kit.CreateAsync()).Register("fixed", web);
        await infra.StartAllAsync(Kit.Cancellation);

        Assert.Equal(new ServiceEndpoint("127.0.0.1", port), web.Endpoint(9000));
        var error = Assert.Throws<InvalidOperationException>(() => web.Endpoint(9001));
        Assert.Contains("publishes 9000", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stop_lets_the_container_say_farewell_only_when_graceful(bool graceful)
    {
        var service = new ContainerService(Kit.Busybox)
        {
            Command = ["sh", "-c", "trap 'echo farewell; exit 0' TERM; echo up; while true; do sleep 0.1; done"],
            Readiness = Probe.Log("^up$"),
            StopGracefully = graceful,
        };
        await using var infra = (await Kit.CreateAsync()).Register("polite", service);
        await infra.StartAllAsync(Kit.Cancellation);
        var log = new List<string>();
        await using var lines = service.FollowLogAsync(Kit.Cancellation).GetAsyncEnumerator(Kit.Cancellation);
        Assert.True(await lines.MoveNextAsync());
        Assert.Equal("up", lines.Current.Text);

        await infra.StopAllAsync(Kit.Cancellation);

        while (await lines.MoveNextAsync())
        {
            log.Add(lines.Current.Text);
        }

        Assert.Equal(graceful ? ["farewell"] : [], log);
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
