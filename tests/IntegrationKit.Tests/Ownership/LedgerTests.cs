using IntegrationKit.Ownership;
using IntegrationKit.Tests.Engine.Support;

namespace IntegrationKit.Tests.Ownership;

/// <summary>What a ledger knows, and what it asks of the engine to release it.</summary>
public sealed class LedgerTests
{
    private readonly Ledger _ledger = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Entry_is_there_from_the_intention_until_it_is_removed()
    {
        Assert.True(_ledger.IsEmpty);

        _ledger.Intend(ResourceType.Container, "one");
        Assert.False(_ledger.IsEmpty);
        Assert.True(_ledger.Contains("one"));

        _ledger.Confirm("one");
        Assert.False(_ledger.IsEmpty);

        _ledger.Remove("one");
        Assert.True(_ledger.IsEmpty);
        Assert.False(_ledger.Contains("one"));
    }

    [Fact]
    public void Confirmation_and_removal_of_what_is_not_there_do_nothing()
    {
        _ledger.Confirm("one");
        _ledger.Remove("one");

        Assert.True(_ledger.IsEmpty);
    }

    [Fact]
    public async Task Containers_are_removed_before_networks_and_networks_before_volumes()
    {
        await using var fake = Removing("/containers/old", "/containers/new", "/networks/net", "/volumes/vol");
        foreach (var (type, name) in new[] { (ResourceType.Volume, "vol"), (ResourceType.Network, "net"), (ResourceType.Container, "old"), (ResourceType.Container, "new") })
        {
            _ledger.Intend(type, name);
            _ledger.Confirm(name);
        }

        await ReleaseAsync(fake);

        Assert.True(_ledger.IsEmpty);
        var requests = fake.Requests.Skip(1).Select(request => request.ToString()).ToArray();
        Assert.Equal(["DELETE /v1.41/containers/new", "DELETE /v1.41/containers/old"], requests[..2].Order(StringComparer.Ordinal));
        Assert.Equal(["DELETE /v1.41/networks/net", "DELETE /v1.41/volumes/vol"], requests[2..]);
    }

    [Fact]
    public async Task Containers_are_removed_at_the_same_time()
    {
        var both = new CountdownEvent(2);
        await using var fake = new FakeEngine();
        foreach (var name in new[] { "one", "two" })
        {
            _ledger.Intend(ResourceType.Container, name);
            _ledger.Confirm(name);
            fake.On($"DELETE /containers/{name}", exchange =>
            {
                both.Signal();
                both.Wait(Cancellation);
                return exchange.HeadAsync(204);
            });
        }

        await ReleaseAsync(fake);

        Assert.True(_ledger.IsEmpty);
    }

    [Fact]
    public async Task What_was_only_intended_is_tried_and_stays()
    {
        await using var fake = Removing("/containers/made");
        _ledger.Intend(ResourceType.Container, "made");
        _ledger.Intend(ResourceType.Network, "late");

        await ReleaseAsync(fake);

        Assert.Equal(["DELETE /v1.41/containers/made", "DELETE /v1.41/networks/late"], fake.Requests.Skip(1).Select(request => request.ToString()));
        Assert.True(_ledger.Contains("made"));
        Assert.True(_ledger.Contains("late"));
    }

    [Fact]
    public async Task What_the_engine_does_not_remove_stays_and_the_rest_goes()
    {
        await using var fake = Removing("/networks/net", "/containers/other").On("DELETE /containers/stuck", 409, """{"message":"device is busy"}""");
        foreach (var (type, name) in new[] { (ResourceType.Network, "net"), (ResourceType.Container, "stuck"), (ResourceType.Container, "other") })
        {
            _ledger.Intend(type, name);
            _ledger.Confirm(name);
        }

        await ReleaseAsync(fake);

        Assert.True(_ledger.Contains("stuck"));
        Assert.False(_ledger.Contains("net"));
        Assert.False(_ledger.Contains("other"));
    }

    [Fact]
    public async Task Confirmation_that_comes_during_the_release_keeps_the_entry()
    {
        _ledger.Intend(ResourceType.Container, "late");
        await using var fake = new FakeEngine().On("DELETE /containers/late", exchange =>
        {
            _ledger.Confirm("late");
            return exchange.AnswerAsync(404, """{"message":"No such container: late"}""");
        });

        await ReleaseAsync(fake);

        Assert.True(_ledger.Contains("late"));
    }

    [Fact]
    public async Task Containers_of_a_claim_are_found_by_its_label_and_the_claim_stays()
    {
        await using var fake = Removing("/containers/c1", "/containers/c2").On("GET /containers/json", 200, """[{"Id":"c1"},{"Id":"c2"}]""");
        _ledger.Claim("kafka");
        Assert.False(_ledger.IsEmpty);

        await ReleaseAsync(fake);

        var list = fake.Requests.Single(request => request.Method == "GET" && request.Version is not null);
        Assert.Equal("""all=1&filters={"label":{"org.integrationkit.session=SESSION":true,"org.integrationkit.claim=kafka":true}}""".Replace("SESSION", ResourceLabels.Id, StringComparison.Ordinal), list.Query);
        Assert.Equal(["/containers/c1", "/containers/c2"], fake.Requests.Where(request => request.Method == "DELETE").Select(request => request.Path).Order(StringComparer.Ordinal));
        Assert.False(_ledger.IsEmpty);

        _ledger.Withdraw("kafka");
        Assert.True(_ledger.IsEmpty);
    }

    [Fact]
    public async Task One_container_of_a_claim_that_is_not_removed_does_not_keep_the_others()
    {
        await using var fake = Removing("/containers/c2", "/networks/net").On("GET /containers/json", 200, """[{"Id":"c1"},{"Id":"c2"}]""")
            .On("DELETE /containers/c1", 500, """{"message":"try later"}""");
        _ledger.Claim("kafka");
        _ledger.Intend(ResourceType.Network, "net");
        _ledger.Confirm("net");

        await ReleaseAsync(fake);

        Assert.Contains(fake.Requests, request => request is { Method: "DELETE", Path: "/containers/c2" });
        Assert.False(_ledger.Contains("net"));
    }

    [Fact]
    public void Ledger_closes_only_where_it_is_empty_and_then_takes_nothing_more()
    {
        _ledger.Intend(ResourceType.Container, "one");
        Assert.False(_ledger.TryClose());
        _ledger.Intend(ResourceType.Container, "two");

        _ledger.Remove("one");
        _ledger.Remove("two");

        Assert.True(_ledger.TryClose());
        Assert.Throws<IntegrationKitException>(() => _ledger.Intend(ResourceType.Container, "three"));
        Assert.Throws<IntegrationKitException>(() => _ledger.Claim("kafka"));
        Assert.True(_ledger.IsEmpty);
    }

    private static FakeEngine Removing(params string[] paths)
    {
        var fake = new FakeEngine();
        foreach (var path in paths)
        {
            fake.On($"DELETE {path}", exchange => exchange.HeadAsync(204));
        }

        return fake;
    }

    private async Task ReleaseAsync(FakeEngine fake)
    {
        await using var engine = await fake.ConnectAsync();
        await _ledger.ReleaseAsync(engine, Cancellation);
    }
}
