using System.Text.Json.Nodes;
using IntegrationKit.Tests.Engine.Support;

namespace IntegrationKit.Tests.Engine;

public sealed class NetworkAndVolumeTests
{
    private static readonly Dictionary<string, string> Labels = new() { ["l"] = "v" };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Network_is_created_connected_disconnected_and_listed()
    {
        await using var fake = new FakeEngine()
            .On("POST /networks/create", 201, """{"Id":"n1"}""")
            .On("POST /networks/n1/connect", 200, "")
            .On("POST /networks/n1/disconnect", 200, "")
            .On("GET /networks", 200, """[{"Id":"n1","Name":"net","Created":"2024-05-01T10:00:00.1Z","Labels":{"l":"v"}},{"Id":"n2","Name":"bare","Labels":null}]""");
        await using var engine = await fake.ConnectAsync();

        Assert.Equal("n1", await engine.Networks.CreateAsync("net", Labels, Cancellation));
        await engine.Networks.ConnectAsync("n1", "c1", ["alias"], Cancellation);
        await engine.Networks.DisconnectAsync("n1", "c1", Cancellation);
        var listed = await engine.Networks.ListAsync(["l=v"], Cancellation);

        var sent = fake.Requests.Skip(1).Take(3).Select(request => JsonNode.Parse(request.Body)!).ToArray();
        Assert.Equal(("net", "bridge", "v"), ((string?)sent[0]["Name"], (string?)sent[0]["Driver"], (string?)sent[0]["Labels"]!["l"]));
        Assert.Equal(("c1", "alias"), ((string?)sent[1]["Container"], (string?)sent[1]["EndpointConfig"]!["Aliases"]![0]));
        Assert.Equal(("c1", true), ((string?)sent[2]["Container"], (bool)sent[2]["Force"]!));
        Assert.Equal("""filters={"label":{"l=v":true}}""", fake.Requests[^1].Query);
        Assert.Equal([("n1", "net", 1), ("n2", "bare", 0)], listed.Select(network => (network.Id, network.Name, network.Labels.Count)));
    }

    [Fact]
    public async Task Volumes_are_listed()
    {
        await using var fake = new FakeEngine()
            .On("GET /volumes", 200, """{"Volumes":[{"Name":"vol","Labels":{"l":"v"}},{"Name":"bare","Labels":null}],"Warnings":null}""");
        await using var engine = await fake.ConnectAsync();

        var listed = await engine.Volumes.ListAsync(["l=v"], Cancellation);

        Assert.Equal("""filters={"label":{"l=v":true}}""", fake.Requests[^1].Query);
        Assert.Equal([("vol", 1), ("bare", 0)], listed.Select(volume => (volume.Name, volume.Labels.Count)));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    public async Task Answer_without_an_id_is_an_error(string answer)
    {
        await using var fake = new FakeEngine().On("POST /networks/create", 201, answer);
        await using var engine = await fake.ConnectAsync();

        var thrown = await Assert.ThrowsAsync<EngineException>(() => engine.Networks.CreateAsync("net", Labels, Cancellation));

        Assert.Null(thrown.Status);
    }
}
