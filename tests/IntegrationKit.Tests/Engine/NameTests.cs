using IntegrationKit.Engine;
using IntegrationKit.Tests.Engine.Support;

namespace IntegrationKit.Tests.Engine;

/// <summary>A call takes a name in place of an id, whatever characters the name has.</summary>
public sealed class NameTests
{
    private const string Name = "a b/c?d#e%41+ä";
    private const string InPath = "/a%20b%2Fc%3Fd%23e%2541%2B%C3%A4";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Name_is_one_segment_of_the_path()
    {
        await using var fake = new FakeEngine();
        await using var engine = await fake.ConnectAsync();
        Func<Task>[] calls =
        [
            () => engine.Containers.StartAsync(Name, Cancellation),
            () => engine.Containers.InspectAsync(Name, Cancellation),
            () => engine.Containers.StopAsync(Name, TimeSpan.FromSeconds(1), Cancellation),
            () => engine.Containers.RemoveAsync(Name, Cancellation),
            () => engine.Containers.ExecAsync(Name, ["true"], new ExecOptions(), Cancellation),
            () => engine.Containers.PutArchiveAsync(Name, "/", new MemoryStream([1]), Cancellation),
            async () => await engine.Containers.ReadLogsAsync(Name, new LogQuery(), Cancellation).GetAsyncEnumerator(Cancellation).MoveNextAsync(),
            () => engine.Networks.ConnectAsync(Name, "id", [], Cancellation),
            () => engine.Networks.DisconnectAsync(Name, "id", Cancellation),
            () => engine.Networks.RemoveAsync(Name, Cancellation),
            () => engine.Volumes.RemoveAsync(Name, Cancellation),
        ];

        foreach (var call in calls)
        {
            await Record.ExceptionAsync(call);
        }

        Assert.Equal(calls.Length, fake.Requests.Skip(1).Count());
        Assert.All(fake.Requests.Skip(1), request => Assert.Contains(InPath, request.Target, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Image_keeps_its_slashes_and_all_else_of_its_name_stays_in_the_path()
    {
        await using var fake = new FakeEngine();
        await using var engine = await fake.ConnectAsync();

        await engine.Images.InspectAsync("registry.example:5000/a b?c#d%2e/e:1@sha256:f", Cancellation);

        Assert.Equal("/v1.41/images/registry.example%3A5000/a%20b%3Fc%23d%252e/e%3A1%40sha256%3Af/json", fake.Requests[^1].Target);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    public async Task Name_that_would_lead_to_another_call_is_not_sent(string name)
    {
        await using var fake = new FakeEngine();
        await using var engine = await fake.ConnectAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => engine.Images.InspectAsync($"{name}/containers/other", Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => engine.Containers.RemoveAsync(name, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => engine.Networks.RemoveAsync(name, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => engine.Volumes.RemoveAsync(name, Cancellation));

        Assert.Single(fake.Requests);
    }
}
