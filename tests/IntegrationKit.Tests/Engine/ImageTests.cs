using System.Net;
using IntegrationKit.Engine;
using IntegrationKit.Tests.Engine.Support;

namespace IntegrationKit.Tests.Engine;

public sealed class ImageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Inspection_reads_what_the_image_says()
    {
        await using var fake = new FakeEngine().On("GET /images/box:5000/team/redis:7/json", 200, """
            {"Id":"sha256:abc","Os":"linux","Architecture":"amd64","Config":{
             "Env":["PATH=/bin","EMPTY=","A=b=c"],"Volumes":{"/data":{}},"ExposedPorts":{"6379/tcp":{},"53/udp":{},"80":{}},
             "Healthcheck":{"Test":["CMD-SHELL","true"]}}}
            """);
        await using var engine = await fake.ConnectAsync();

        var image = await engine.Images.InspectAsync("box:5000/team/redis:7", Cancellation);

        Assert.Equal(("sha256:abc", "linux", "amd64", true), (image!.Id, image.OperatingSystem, image.Architecture, image.HasHealthCheck));
        Assert.Equal(["/data"], image.Volumes);
        Assert.Equal([80, 6379], image.ExposedTcpPorts.Order());
        Assert.Equal(new Dictionary<string, string> { ["PATH"] = "/bin", ["EMPTY"] = "", ["A"] = "b=c" }, image.Environment);
    }

    [Theory]
    [InlineData("""{"Id":"sha256:abc"}""")]
    [InlineData("""{"Id":"sha256:abc","Config":{"Env":null,"Healthcheck":{"Test":["NONE"]}}}""")]
    public async Task Inspection_of_an_image_that_says_nothing_is_empty(string json)
    {
        await using var fake = new FakeEngine().On("GET /images/redis/json", 200, json);
        await using var engine = await fake.ConnectAsync();

        var image = await engine.Images.InspectAsync("redis", Cancellation);

        Assert.False(image!.HasHealthCheck);
        Assert.Empty(image.Environment);
        Assert.Empty(image.Volumes);
        Assert.Empty(image.ExposedTcpPorts);
    }

    [Fact]
    public async Task Missing_image_is_null()
    {
        await using var fake = new FakeEngine();
        await using var engine = await fake.ConnectAsync();

        Assert.Null(await engine.Images.InspectAsync("redis", Cancellation));
    }

    [Fact]
    public async Task Tags_are_listed_without_the_nameless()
    {
        await using var fake = new FakeEngine().On("GET /images/json", 200, """
            [{"Id":"a","Created":1700000000,"RepoTags":["ik/snapshot:1","ik/snapshot:2"]},{"Id":"b","Created":1700000000,"RepoTags":null},{"Id":"c","Created":1700000000,"RepoTags":["<none>:<none>"]}]
            """);
        await using var engine = await fake.ConnectAsync();

        Assert.Equal(["ik/snapshot:1", "ik/snapshot:2"], await engine.Images.ListTagsAsync("ik/snapshot", Cancellation));
        Assert.Equal("""filters={"reference":{"ik/snapshot":true}}""", fake.Requests[^1].Query);
    }

    [Theory]
    [InlineData("redis", "fromImage=redis&tag=latest")]
    [InlineData("box:5000/team/redis:7", "fromImage=box:5000/team/redis&tag=7")]
    [InlineData("redis:7@sha256:abc", "fromImage=redis&tag=sha256:abc")]
    public async Task Pull_names_one_image(string image, string query)
    {
        await using var fake = new FakeEngine().On("POST /images/create", 200, "");
        await using var engine = await fake.ConnectAsync();

        await engine.Images.PullAsync(image, progress: null, Cancellation);

        Assert.Equal(query, fake.Requests[^1].Query);
    }

    [Fact]
    public async Task Pull_reports_while_it_goes_on_and_in_order()
    {
        var progress = new Recorder();
        await using var fake = new FakeEngine { ByByte = true }.On("POST /images/create", async exchange =>
        {
            await exchange.BeginChunksAsync();
            await exchange.ChunkAsync("""{"status":"Pulling from library/redis","id":"7"}""" + "\r\n" + """{"status":"Downloading","progressDetail":{"current":5,""");
            await progress.FirstAsync();
            await exchange.ChunkAsync("\"total\":10},\"id\":\"l1\"}\r\n{\"status\":\"Done\"}");
            await exchange.EndChunksAsync();
        });
        await using var engine = await fake.ConnectAsync();

        await engine.Images.PullAsync("redis:7", progress, Cancellation);

        Assert.Equal(
            [new("7", "Pulling from library/redis", null, null), new("l1", "Downloading", 5, 10), new PullProgress(null, "Done", null, null)],
            progress.Steps);
    }

    [Fact]
    public async Task Error_inside_the_stream_is_an_error()
    {
        await using var fake = new FakeEngine().On("POST /images/create", 200, """
            {"status":"Pulling"}
            {"errorDetail":{"message":"manifest unknown"},"error":"manifest unknown"}
            """);
        await using var engine = await fake.ConnectAsync();

        var thrown = await Assert.ThrowsAsync<EngineException>(() => engine.Images.PullAsync("redis:7", progress: null, Cancellation));

        Assert.Equal((HttpStatusCode.OK, "pull image redis:7", "manifest unknown"), (thrown.Status!.Value, thrown.Request, thrown.EngineMessage));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pull_that_breaks_off_is_an_error(bool refused)
    {
        await using var fake = new FakeEngine().On("POST /images/create", async exchange =>
        {
            if (refused)
            {
                await exchange.AnswerAsync(500, """{"message":"Get https://registry: no route"}""");
                return;
            }

            await exchange.BeginChunksAsync();
            await exchange.ChunkAsync("""{"status":"Pulling"}""");
            exchange.Cut();
        });
        await using var engine = await fake.ConnectAsync();

        var thrown = await Assert.ThrowsAsync<EngineException>(() => engine.Images.PullAsync("redis:7", progress: null, Cancellation));

        Assert.Equal(refused ? HttpStatusCode.InternalServerError : null, thrown.Status);
    }

    [Fact]
    public async Task Stream_that_makes_no_sense_is_an_error()
    {
        await using var fake = new FakeEngine().On("POST /images/create", 200, """{"status":"Pulling"} <html>""");
        await using var engine = await fake.ConnectAsync();

        var thrown = await Assert.ThrowsAsync<EngineException>(() => engine.Images.PullAsync("redis:7", progress: null, Cancellation));

        Assert.Null(thrown.Status);
    }

    private sealed class Recorder : IProgress<PullProgress>
    {
        private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<PullProgress> Steps { get; } = [];

        public Task FirstAsync() => _first.Task;

        public void Report(PullProgress value)
        {
            Steps.Add(value);
            _first.TrySetResult();
        }
    }
}
