using System.Net;
using System.Text.Json.Nodes;
using IntegrationKit.Engine;
using IntegrationKit.Tests.Engine.Support;

namespace IntegrationKit.Tests.Engine;

/// <summary>Where Podman differs from Docker, whose API it serves.</summary>
public sealed class PodmanTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Container_has_no_time_to_stop_in_on_podman_only(bool isPodman)
    {
        await using var fake = new FakeEngine(isPodman: isPodman).On("POST /containers/create", 201, """{"Id":"c1"}""");
        await using var engine = await fake.ConnectAsync();

        await engine.Containers.CreateAsync(new ContainerSpec { Image = "redis:7" }, Cancellation);

        Assert.Equal(isPodman, engine.IsPodman);
        Assert.Equal(isPodman ? 0 : null, (int?)JsonNode.Parse(fake.Requests[^1].Body)!["StopTimeout"]);
    }

    [Fact]
    public async Task Podman_is_told_apart_also_where_it_is_newer_than_the_library()
    {
        await using var fake = new FakeEngine(newest: "1.60", isPodman: true);
        await using var engine = await fake.ConnectAsync();

        Assert.True(engine.IsPodman);
    }

    [Theory]
    [InlineData("container state improper", HttpStatusCode.Conflict)]
    [InlineData("that name is already in use", HttpStatusCode.Conflict)]
    [InlineData("network is being used", HttpStatusCode.Forbidden)]
    [InlineData("no such container", HttpStatusCode.NotFound)]
    [InlineData("cannot allocate memory", HttpStatusCode.InternalServerError)]
    public async Task Refusal_with_status_500_has_the_status_that_docker_gives(string cause, HttpStatusCode status)
    {
        var body = $$"""{"cause":"{{cause}}","message":"can only kill running containers: {{cause}}","response":500}""";
        await using var fake = new FakeEngine(isPodman: true).On("POST /containers/id/exec", 500, body).On("POST /containers/id/start", 500, body);
        await using var engine = await fake.ConnectAsync();

        var exec = await Assert.ThrowsAsync<EngineException>(() => engine.Containers.ExecAsync("id", ["true"], new(), Cancellation));
        var start = await Assert.ThrowsAsync<EngineException>(() => engine.Containers.StartAsync("id", Cancellation));

        Assert.All([exec, start], refused => Assert.Equal((status, $"can only kill running containers: {cause}"), (refused.Status!.Value, refused.EngineMessage)));
    }

    [Fact]
    public async Task What_is_gone_already_is_no_error_of_a_removal_also_where_the_status_is_500()
    {
        await using var fake = new FakeEngine(isPodman: true)
            .On("DELETE /containers/id", 500, """{"cause":"container has already been removed","message":"it is gone","response":500}""")
            .On("DELETE /networks/id", 500, """{"cause":"network not found","message":"it is gone","response":500}""")
            .On("DELETE /volumes/id", 500, """{"cause":"no such volume","message":"it is gone","response":500}""");
        await using var engine = await fake.ConnectAsync();

        await engine.Containers.RemoveAsync("id", Cancellation);
        await engine.Networks.RemoveAsync("id", Cancellation);
        await engine.Volumes.RemoveAsync("id", Cancellation);

        Assert.Equal(3, fake.Requests.Count(request => request.Method == "DELETE"));
    }
}
