using System.Net;
using IntegrationKit.Engine;
using IntegrationKit.EngineTests.Engine.Support;

namespace IntegrationKit.EngineTests.Engine;

public sealed class EngineTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Engine_tells_its_version()
    {
        await using var real = await RealEngine.ConnectAsync();

        var version = await real.Api.GetVersionAsync(Cancellation);

        Assert.True(real.Api.ApiVersion <= Version.Parse(version.ApiVersion));
        Assert.Equal("linux", version.OperatingSystem);
        Assert.NotEmpty(version.Version);
    }

    [Fact]
    public async Task Image_inspection_tells_what_the_image_says_and_null_where_there_is_none()
    {
        await using var real = await RealEngine.ConnectAsync();

        var image = await real.Api.Images.InspectAsync(RealEngine.Image, Cancellation);

        Assert.StartsWith("sha256:", image!.Id, StringComparison.Ordinal);
        Assert.Equal("linux", image.OperatingSystem);
        Assert.False(image.HasHealthCheck);
        Assert.Null(await real.Api.Images.InspectAsync("integrationkit.invalid/none:1", Cancellation));
        Assert.Contains(RealEngine.Image, await real.Api.Images.ListTagsAsync(RealEngine.Image, Cancellation));
        Assert.Empty(await real.Api.Images.ListTagsAsync("integrationkit.invalid/none", Cancellation));
    }

    [Fact]
    public async Task Pull_from_a_registry_that_is_not_there_says_so()
    {
        await using var real = await RealEngine.ConnectAsync();

        var refused = await Assert.ThrowsAsync<EngineException>(() =>
            real.Api.Images.PullAsync("127.0.0.1:1/none:1", progress: null, Cancellation));

        Assert.NotNull(refused.Status);
        Assert.Contains("connection refused", refused.EngineMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Networks_connect_containers_by_alias()
    {
        await using var real = await RealEngine.ConnectAsync();
        var network = await real.CreateNetworkAsync();
        var server = await real.StartAsync(real.Spec("sleep 60") with { Network = network, NetworkAliases = ["server"] });
        var late = await real.StartAsync("sleep 60");
        await real.Api.Networks.ConnectAsync(network, late, ["late"], Cancellation);

        var fromServer = await real.Containers.ExecAsync(server, ["nslookup", "late"], new ExecOptions(), Cancellation);
        var addresses = (await real.Containers.InspectAsync(late, Cancellation))!.Networks;
        await real.Api.Networks.DisconnectAsync(network, late, Cancellation);
        var afterwards = (await real.Containers.InspectAsync(late, Cancellation))!.Networks;

        Assert.Contains(addresses[network], fromServer.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(network, afterwards.Keys);
        var listed = Assert.Single(await real.Api.Networks.ListAsync([real.RunLabel], Cancellation));
        Assert.Equal((network, "engine"), (listed.Name, listed.Labels[RealEngine.LabelKey]));

        var refused = await Assert.ThrowsAsync<EngineException>(() => real.Api.Networks.RemoveAsync(network, Cancellation));
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        await real.Containers.RemoveAsync(server, Cancellation);
        await real.Api.Networks.RemoveAsync(network, Cancellation);
        await real.Api.Networks.RemoveAsync(network, Cancellation);
        Assert.Empty(await real.Api.Networks.ListAsync([real.RunLabel], Cancellation));
    }

    [Fact]
    public async Task Volumes_are_made_listed_and_removed()
    {
        await using var real = await RealEngine.ConnectAsync();
        var volume = await real.CreateVolumeAsync();

        var listed = Assert.Single(await real.Api.Volumes.ListAsync([real.RunLabel], Cancellation));
        Assert.Equal((volume, "engine"), (listed.Name, listed.Labels[RealEngine.LabelKey]));

        await real.Api.Volumes.RemoveAsync(volume, Cancellation);
        await real.Api.Volumes.RemoveAsync(volume, Cancellation);
        Assert.Empty(await real.Api.Volumes.ListAsync([real.RunLabel], Cancellation));
    }

    [Fact]
    public async Task Exit_of_a_container_is_seen_within_a_second()
    {
        await using var real = await RealEngine.ConnectAsync();
        await using var events = await real.Api.FollowEventsAsync(real.RunLabel, Cancellation);
        var id = await real.StartAsync("exit 5");
        await real.StartAsync(real.Spec("exit 6") with { Labels = new Dictionary<string, string> { [RealEngine.LabelKey] = "engine" } });

        var seen = new List<EngineEvent>();
        await foreach (var happened in events.WithCancellation(Cancellation))
        {
            seen.Add(happened);
            if (happened.Action == "die")
            {
                break;
            }
        }

        var noticed = TimeProvider.System.GetUtcNow();
        Assert.All(seen, happened => Assert.Equal(id, happened.Id));
        Assert.Equal(["create", "start", "die"], seen.Select(happened => happened.Action).Where(action => action is "create" or "start" or "die"));
        Assert.Equal(5, seen[^1].ExitCode);
        var finished = (await real.Containers.InspectAsync(id, Cancellation))!.FinishedAt!.Value;
        Assert.InRange(noticed - finished, TimeSpan.FromSeconds(-0.1), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Events_end_quietly_when_disposed()
    {
        await using var real = await RealEngine.ConnectAsync();
        var events = await real.Api.FollowEventsAsync(real.RunLabel, Cancellation);
        var reading = Task.Run(async () =>
        {
            var count = 0;
            await foreach (var happened in events.WithCancellation(Cancellation))
            {
                count++;
            }

            return count;
        }, Cancellation);

        await events.DisposeAsync();

        Assert.Equal(0, await reading.WaitAsync(TimeSpan.FromSeconds(5), Cancellation));
    }

    [Fact]
    public async Task Wrong_api_version_is_refused_as_the_handshake_expects()
    {
        await using var real = await RealEngine.ConnectAsync();
        Assert.SkipWhen(real.Api.IsPodman, "Podman accepts every version.");
        using var transport = new EngineTransport(real.Api.Endpoint);
        using var invoker = new HttpMessageInvoker(transport, disposeHandler: false);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(transport.BaseAddress, "v1.99/_ping"));

        using var answer = await invoker.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("too new", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }
}
