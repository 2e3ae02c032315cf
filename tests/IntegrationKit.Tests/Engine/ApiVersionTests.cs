using IntegrationKit.Engine;
using IntegrationKit.Tests.Engine.Support;

namespace IntegrationKit.Tests.Engine;

public sealed class ApiVersionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.24", "1.41", "1.41")]
    [InlineData("1.44", "1.52", "1.52")]
    [InlineData("1.12", "1.24", "1.24")]
    [InlineData("1.44", "1.60", "1.52")]
    public async Task Version_is_the_newest_that_both_support_and_is_in_every_request(string oldest, string newest, string chosen)
    {
        await using var fake = new FakeEngine(oldest, newest);
        await using var engine = await fake.ConnectAsync();

        await UseEveryMemberAsync(engine);

        Assert.Equal(Version.Parse(chosen), engine.ApiVersion);
        Assert.Null(fake.Requests[0].Version);
        Assert.All(fake.Requests.Skip(1), request => Assert.Equal(Version.Parse(chosen), request.Version));
        Assert.True(fake.Requests.Select(request => $"{request.Method} {request.Path}").Distinct().Count() > 20);
    }

    [Fact]
    public async Task Engine_that_has_dropped_our_versions_is_refused_with_what_to_do()
    {
        await using var fake = new FakeEngine("1.55", "1.60");

        var thrown = await Assert.ThrowsAsync<EngineUnavailableException>(fake.ConnectAsync);

        var reason = Assert.Single(thrown.Attempts).Reason;
        Assert.Contains("supports API 1.60 and refuses 1.52", reason, StringComparison.Ordinal);
        Assert.Contains("update IntegrationKit", reason, StringComparison.Ordinal);
        Assert.Contains("Minimum supported API version is 1.55", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Engine_that_is_too_old_is_refused_with_what_to_do()
    {
        await using var fake = new FakeEngine("1.12", "1.23");

        var thrown = await Assert.ThrowsAsync<EngineUnavailableException>(fake.ConnectAsync);

        Assert.Contains("supports API 1.23 at most, and 1.24 is the oldest", Assert.Single(thrown.Attempts).Reason, StringComparison.Ordinal);
    }

    // The fake does not know these requests. How they end does not matter here, only that each was sent, and how.
    private static async Task UseEveryMemberAsync(IContainerEngine engine)
    {
        var labels = new Dictionary<string, string>();
        Func<Task>[] members =
        [
            () => engine.GetVersionAsync(Cancellation),
            () => engine.FollowEventsAsync("a=b", Cancellation),
            () => engine.Images.InspectAsync("image", Cancellation),
            () => engine.Images.ListTagsAsync("image", Cancellation),
            () => engine.Images.PullAsync("image", progress: null, Cancellation),
            () => engine.Containers.CreateAsync(new ContainerSpec { Image = "image" }, Cancellation),
            () => engine.Containers.StartAsync("id", Cancellation),
            () => engine.Containers.InspectAsync("id", Cancellation),
            () => engine.Containers.ListAsync(["a=b"], Cancellation),
            async () => await engine.Containers.ReadLogsAsync("id", new LogQuery(), Cancellation).GetAsyncEnumerator(Cancellation).MoveNextAsync(),
            () => engine.Containers.StopAsync("id", TimeSpan.FromSeconds(1), Cancellation),
            () => engine.Containers.RemoveAsync("id", Cancellation),
            () => engine.Containers.ExecAsync("id", ["true"], new ExecOptions(), Cancellation),
            () => engine.Containers.PutArchiveAsync("id", "/", new MemoryStream([1]), Cancellation),
            () => engine.Networks.CreateAsync("net", labels, Cancellation),
            () => engine.Networks.ConnectAsync("net", "id", [], Cancellation),
            () => engine.Networks.DisconnectAsync("net", "id", Cancellation),
            () => engine.Networks.RemoveAsync("net", Cancellation),
            () => engine.Networks.ListAsync([], Cancellation),
            () => engine.Volumes.RemoveAsync("vol", Cancellation),
            () => engine.Volumes.ListAsync([], Cancellation),
        ];
        foreach (var member in members)
        {
            _ = await Record.ExceptionAsync(member) is null or EngineException ? true : throw new InvalidOperationException("an exception of another kind");
        }
    }
}
