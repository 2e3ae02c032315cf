using IntegrationKit.EngineTests.Engine.Support;
using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Faults;

/// <summary>An answer of the engine breaks off midway. Nothing is left, also of what the engine has made meanwhile.</summary>
public sealed class CutAnswerTests
{
    public static TheoryData<string, int> Cuts => new()
    {
        { "POST .*/networks/create", 40 },
        { "POST .*/containers/create", 0 },
        { "POST .*/containers/create", 40 },
        { "POST .*/containers/[0-9a-f]+/start", 12 },
        { "GET .*/containers/[0-9a-f]+/json", 300 },
        { "GET .*/images/.*/json", 300 },
    };

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task Answer_cut_midway_fails_the_start_with_the_reason_and_leaves_nothing(string request, int bytes)
    {
        await using var real = await RealEngine.ConnectAsync();
        await using var proxy = new FaultProxy(real);
        var cut = proxy.Plan(Fault.Cut, request, bytes: bytes);
        var (server, client) = (Kit.Unique("server"), Kit.Unique("client"));
        await using var infra = Infrastructure(proxy, server, client);

        var error = await Kit.StartFailsAsync<ServiceStartException>(infra);

        Assert.True(cut.IsMet);
        Assert.IsType<EngineException>(error.Cause);
        Assert.Equal(!request.Contains("/images/", StringComparison.Ordinal), proxy.Networks.Any());
        Assert.All(infra.Services, each => Assert.NotEqual(ServiceState.Running, each.State));
        await AssertNothingIsLeftAsync(real, proxy, server, client);
    }

    [Theory]
    [InlineData("GET .*/events", 400)]
    [InlineData("DELETE .*/containers/", 12)]
    public async Task Answer_cut_midway_that_can_be_asked_for_again_does_no_harm(string request, int bytes)
    {
        await using var real = await RealEngine.ConnectAsync();
        await using var proxy = new FaultProxy(real);
        var cut = proxy.Plan(Fault.Cut, request, bytes: bytes);
        var (server, client) = (Kit.Unique("server"), Kit.Unique("client"));
        await using var infra = Infrastructure(proxy, server, client);

        await infra.StartAllAsync(Kit.Cancellation);
        if (await Record.ExceptionAsync(() => infra.StopAllAsync(Kit.Cancellation)) is { } error)
        {
            // It is said, and the next stop carries on.
            Assert.IsType<EngineException>(Assert.Single(Assert.IsType<ServiceOperationException>(error).Failures).Error);
            await infra.StopAllAsync(Kit.Cancellation);
        }

        Assert.True(cut.IsMet);
        Assert.All(infra.Services, each => Assert.Equal(ServiceState.Stopped, each.State));
        await AssertNothingIsLeftAsync(real, proxy, server, client);
    }

    [Fact]
    public async Task Container_that_could_not_be_removed_is_said_and_goes_at_the_next_stop()
    {
        await using var real = await RealEngine.ConnectAsync();
        await using var proxy = new FaultProxy(real);
        var refusal = proxy.Plan(Fault.Drop, "DELETE ", times: int.MaxValue);
        var name = Kit.Unique("stays");
        await using var infra = new TestInfrastructure(new() { EngineEndpoint = proxy.Endpoint, Watchdog = false })
            .Register(name, new ContainerService(Kit.Busybox) { Command = ["sh", "-c", "exit 3"], Readiness = Probe.Log("never") });

        await Kit.StartFailsAsync<ServiceStartException>(infra);
        var error = await Assert.ThrowsAsync<ServiceOperationException>(() => infra.StopAllAsync(Kit.Cancellation));
        TestContext.Current.TestOutputHelper?.WriteLine(error.Message);
        Assert.Single(await Kit.LeftoversAsync(name));
        refusal.End();

        await infra.StopAllAsync(Kit.Cancellation);
        Assert.Empty(await Kit.LeftoversAsync(name));
    }

    // The aliases ask for a network.
    private static TestInfrastructure Infrastructure(FaultProxy proxy, string server, string client) =>
        new TestInfrastructure(new() { EngineEndpoint = proxy.Endpoint, Watchdog = false })
            .Register(server, new ContainerService(Kit.Busybox) { Command = ["sleep", "1000"], NetworkAlias = server })
            .Register(client, new ContainerService(Kit.Busybox) { Command = ["sleep", "1000"], NetworkAlias = client });

    private static async Task AssertNothingIsLeftAsync(RealEngine real, FaultProxy proxy, params string[] services)
    {
        Assert.Empty(await Kit.LeftoversAsync(services));
        var networks = await real.Api.Networks.ListAsync([IntegrationKit.Ownership.ResourceLabels.Filter], Kit.Cancellation);
        Assert.Empty(networks.Select(each => each.Name).Intersect(proxy.Networks));
    }
}
