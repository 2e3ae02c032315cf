using System.Net;
using System.Text.Json.Nodes;
using IntegrationKit.Engine;
using IntegrationKit.Tests.Engine.Support;

namespace IntegrationKit.Tests.Engine;

public sealed class ContainerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_sends_every_part_of_the_spec()
    {
        var sent = await CreateAsync(new ContainerSpec
        {
            Image = "redis:7",
            Name = "mine",
            Entrypoint = ["/entry"],
            Command = ["serve", "--now"],
            Environment = new Dictionary<string, string> { ["A"] = "b=c" },
            Labels = new Dictionary<string, string> { ["l"] = "v" },
            Ports = [new(6379, "127.0.0.1", null), new(80, "0.0.0.0", 8080), new(80, "127.0.0.2", 8081)],
            Tmpfs = new Dictionary<string, string> { ["/data"] = "size=64m" },
            Network = "net",
            NetworkAliases = ["cache", "redis"],
            MemoryBytes = 64 * 1024 * 1024,
            SharedMemoryBytes = 256 * 1024 * 1024,
            Tty = true,
        });

        Assert.Equal("redis:7", (string?)sent["Image"]);
        Assert.Equal("""["/entry"]""", sent["Entrypoint"]!.ToJsonString());
        Assert.Equal("""["serve","--now"]""", sent["Cmd"]!.ToJsonString());
        Assert.Equal("""["A=b=c"]""", sent["Env"]!.ToJsonString());
        Assert.Equal("""{"l":"v"}""", sent["Labels"]!.ToJsonString());
        Assert.True((bool)sent["Tty"]!);
        Assert.All(["AttachStdin", "AttachStdout", "AttachStderr"], member => Assert.Null(sent[member]));
        Assert.Equal("""{"6379/tcp":{},"80/tcp":{}}""", sent["ExposedPorts"]!.ToJsonString());
        var host = sent["HostConfig"]!;
        Assert.Equal(
            """{"6379/tcp":[{"HostIp":"127.0.0.1","HostPort":""}],"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"},{"HostIp":"127.0.0.2","HostPort":"8081"}]}""",
            host["PortBindings"]!.ToJsonString());
        Assert.Equal("""{"/data":"size=64m"}""", host["Tmpfs"]!.ToJsonString());
        Assert.Equal(("net", 64 * 1024 * 1024, 256 * 1024 * 1024), ((string?)host["NetworkMode"], (long)host["Memory"]!, (long)host["ShmSize"]!));
        Assert.Null(host["AutoRemove"]);
        Assert.Equal("""["no-new-privileges=true"]""", host["SecurityOpt"]!.ToJsonString());
        Assert.Equal("""["cache","redis"]""", sent["NetworkingConfig"]!["EndpointsConfig"]!["net"]!["Aliases"]!.ToJsonString());
    }

    [Fact]
    public async Task Create_sends_nothing_of_what_the_spec_leaves_to_the_image()
    {
        var sent = await CreateAsync(new ContainerSpec { Image = "redis:7", NoNewPrivileges = false });

        Assert.All(["Entrypoint", "Cmd", "Healthcheck", "NetworkingConfig"], member => Assert.Null(sent[member]));
        Assert.All(["NetworkMode", "Memory", "ShmSize", "SecurityOpt"], member => Assert.Null(sent["HostConfig"]![member]));
    }

    [Fact]
    public async Task Inspection_reads_a_running_container()
    {
        var details = await InspectAsync("""
            {"Id":"c1","Image":"sha256:abc","Config":{"Image":"redis:7","Tty":true},
             "State":{"Status":"running","ExitCode":0,"StartedAt":"2024-05-01T10:00:00.123456700Z","FinishedAt":"0001-01-01T00:00:00Z",
              "Health":{"Status":"starting","Log":[{"Start":"2024-05-01T10:00:00Z","End":"2024-05-01T10:00:00Z","ExitCode":1,"Output":"first"},{"Start":"2024-05-01T10:00:00Z","End":"2024-05-01T10:00:00Z","ExitCode":1,"Output":"last"}]}},
             "NetworkSettings":{"Ports":{"6379/tcp":[{"HostIp":"::","HostPort":"40001"},{"HostIp":"0.0.0.0","HostPort":"40000"}],"53/udp":[{"HostIp":"0.0.0.0","HostPort":"53"}],"80/tcp":null},
              "Networks":{"bridge":{"IPAddress":"172.17.0.2"},"none":null}}}
            """);

        Assert.Equal(("c1", "redis:7", "running", true), (details.Id, details.Image, details.Status, details.IsRunning));
        Assert.Equal((DateTimeOffset.Parse("2024-05-01T10:00:00.1234567Z"), null), (details.StartedAt!.Value, details.FinishedAt));
        Assert.Equal(("starting", "last", true), (details.Health, details.HealthOutput, details.Tty));
        Assert.Equal(new Dictionary<int, int> { [6379] = 40000 }, details.Ports);
        Assert.Equal(new Dictionary<string, string> { ["bridge"] = "172.17.0.2", ["none"] = "" }, details.Networks);
    }

    [Fact]
    public async Task Inspection_reads_a_container_that_was_killed_for_memory()
    {
        var details = await InspectAsync("""
            {"Id":"c1","State":{"Status":"exited","ExitCode":137,"OOMKilled":true,"Error":"why","StartedAt":"2024-05-01T10:00:00Z","FinishedAt":"2024-05-01T10:00:01Z"}}
            """);

        Assert.Equal(("exited", 137, true, "why", false), (details.Status, details.ExitCode, details.OutOfMemory, details.Error, details.IsRunning));
        Assert.Equal(TimeSpan.FromSeconds(1), details.FinishedAt - details.StartedAt);
        Assert.Equal(("none", ""), (details.Health, details.HealthOutput));
        Assert.Empty(details.Ports);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("[null]")]
    [InlineData("""[{"Output":null}]""")]
    public async Task Inspection_reads_a_health_check_that_has_no_output(string log)
    {
        var details = await InspectAsync($$"""{"Id":"c1","State":{"Status":"running","Health":{"Status":"starting","Log":{{log}} } } }""");

        Assert.Equal(("starting", ""), (details.Health, details.HealthOutput));
    }

    [Fact]
    public async Task List_asks_for_all_with_the_labels()
    {
        await using var fake = new FakeEngine().On("GET /containers/json", 200, """
            [{"Id":"c1","Names":["/mine"],"Image":"redis:7","State":"exited","Created":1700000000,"Labels":{"l":"v"}},{"Id":"c2","Names":null,"Created":1700000000,"Labels":null}]
            """);
        await using var engine = await fake.ConnectAsync();

        var listed = await engine.Containers.ListAsync(["l=v", "k"], Cancellation);

        Assert.Equal("""all=1&filters={"label":{"l=v":true,"k":true}}""", fake.Requests[^1].Query);
        Assert.Equal([("c1", "mine", "exited"), ("c2", "", "")], listed.Select(c => (c.Id, c.Name, c.Status)));
        Assert.Equal("v", listed[0].Labels["l"]);
    }

    [Fact]
    public async Task Empty_lists_may_be_written_as_null()
    {
        await using var fake = new FakeEngine().On("GET /containers/json", 200, "null").On("GET /networks", 200, "null")
            .On("GET /volumes", 200, """{"Volumes":null}""").On("GET /images/json", 200, "null");
        await using var engine = await fake.ConnectAsync();

        Assert.Empty(await engine.Containers.ListAsync([], Cancellation));
        Assert.Empty(await engine.Networks.ListAsync([], Cancellation));
        Assert.Empty(await engine.Volumes.ListAsync([], Cancellation));
        Assert.Empty(await engine.Images.ListTagsAsync("x", Cancellation));
    }

    [Fact]
    public async Task What_is_done_already_is_no_error()
    {
        await using var fake = new FakeEngine()
            .On("POST /containers/id/start", exchange => exchange.HeadAsync(304))
            .On("POST /containers/id/stop", exchange => exchange.HeadAsync(304))
            .On("DELETE /containers/id", 409, """{"message":"removal of container id is already in progress"}""");
        await using var engine = await fake.ConnectAsync();

        await engine.Containers.StartAsync("id", Cancellation);
        await engine.Containers.StopAsync("id", TimeSpan.FromSeconds(2.1), Cancellation);
        await engine.Containers.RemoveAsync("id", Cancellation);
        await engine.Containers.RemoveAsync("gone", Cancellation);
        await engine.Networks.RemoveAsync("gone", Cancellation);
        await engine.Volumes.RemoveAsync("gone", Cancellation);

        Assert.Equal(
            ["t=3", "v=1&force=1", "v=1&force=1"],
            fake.Requests.Select(request => request.Query).Where(query => query.Length > 0));
    }

    [Fact]
    public async Task Container_that_somebody_else_removes_is_gone_when_its_removal_returns()
    {
        var looks = 0;
        await using var fake = new FakeEngine()
            .On("DELETE /containers/id", 409, """{"message":"removal of container id is already in progress"}""")
            .On("GET /containers/id/json", exchange => ++looks < 3
                ? exchange.AnswerAsync(200, """{"Id":"id","State":{"Status":"removing"}}""")
                : exchange.AnswerAsync(404, """{"message":"No such container: id"}"""));
        await using var engine = await fake.ConnectAsync();

        await engine.Containers.RemoveAsync("id", Cancellation);

        Assert.Equal(3, looks);
    }

    [Fact]
    public async Task Other_conflicts_are_errors()
    {
        await using var fake = new FakeEngine().On("DELETE /containers/id", 409, """{"message":"device is busy"}""")
            .On("DELETE /networks/net", 403, """{"message":"has active endpoints"}""").On("DELETE /volumes/vol", 409, """{"message":"in use"}""");
        await using var engine = await fake.ConnectAsync();

        var container = await Assert.ThrowsAsync<EngineException>(() => engine.Containers.RemoveAsync("id", Cancellation));
        var network = await Assert.ThrowsAsync<EngineException>(() => engine.Networks.RemoveAsync("net", Cancellation));
        var volume = await Assert.ThrowsAsync<EngineException>(() => engine.Volumes.RemoveAsync("vol", Cancellation));

        Assert.Equal(
            [HttpStatusCode.Conflict, HttpStatusCode.Forbidden, HttpStatusCode.Conflict],
            new[] { container, network, volume }.Select(refused => refused.Status!.Value));
    }

    private static async Task<JsonNode> CreateAsync(ContainerSpec spec)
    {
        await using var fake = new FakeEngine().On("POST /containers/create", 201, """{"Id":"c1","Warnings":null}""");
        await using var engine = await fake.ConnectAsync();

        Assert.Equal("c1", await engine.Containers.CreateAsync(spec, Cancellation));

        Assert.Equal(spec.Name is null ? "" : $"name={spec.Name}", fake.Requests[^1].Query);
        return JsonNode.Parse(fake.Requests[^1].Body)!;
    }

    private static async Task<ContainerDetails> InspectAsync(string json)
    {
        await using var fake = new FakeEngine().On("GET /containers/c1/json", 200, json);
        await using var engine = await fake.ConnectAsync();
        return (await engine.Containers.InspectAsync("c1", Cancellation))!;
    }
}
