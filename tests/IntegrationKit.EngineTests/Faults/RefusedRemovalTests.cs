using System.Net;
using System.Text.RegularExpressions;
using IntegrationKit.EngineTests.Engine.Support;
using IntegrationKit.EngineTests.Security;
using IntegrationKit.EngineTests.Support;
using IntegrationKit.Ownership;

namespace IntegrationKit.EngineTests.Faults;

/// <summary>The engine refuses a removal, or did not say whether it has made what is to be removed: it is said, and tried again.</summary>
public sealed partial class RefusedRemovalTests
{
    [Fact]
    public async Task Network_whose_removal_is_refused_is_said_and_removed_by_the_next_stop()
    {
        await using var real = await RealEngine.ConnectAsync();
        await using var proxy = new FaultProxy(real);
        var name = Kit.Unique("named");
        await using var infra = Infrastructure(proxy, name, "echo up; sleep 1000");
        await infra.StartAllAsync(Kit.Cancellation);
        proxy.Plan(Fault.Refuse, "DELETE .*/networks/");

        var error = await Assert.ThrowsAsync<ServiceOperationException>(() => infra.StopAllAsync(Kit.Cancellation));

        Assert.Equal(HttpStatusCode.InternalServerError, Assert.IsType<EngineException>(Assert.Single(error.Failures).Error).Status);
        Assert.Contains(NetworkOf(proxy), await NetworksAsync(real));
        await infra.StopAllAsync(Kit.Cancellation);
        Assert.DoesNotContain(NetworkOf(proxy), await NetworksAsync(real));
        Assert.Empty(await Kit.LeftoversAsync(name));
    }

    [Fact]
    public async Task Network_that_a_failed_start_could_not_remove_is_logged_and_removed_by_the_next_stop_that_can()
    {
        await using var real = await RealEngine.ConnectAsync();
        await using var proxy = new FaultProxy(real);
        var (name, log) = (Kit.Unique("named"), new Overheard());
        await using var infra = Infrastructure(proxy, name, "exit 3", log);
        proxy.Plan(Fault.Refuse, "DELETE .*/networks/", times: 2);

        var start = await Kit.StartFailsAsync<ServiceStartException>(infra);
        Assert.IsType<ContainerExitedException>(start.Cause);
        Assert.Contains(log.Words, each => each.Contains("the network could not be cleaned up", StringComparison.Ordinal));
        await Assert.ThrowsAsync<ServiceOperationException>(() => infra.StopAllAsync(Kit.Cancellation));
        Assert.Contains(NetworkOf(proxy), await NetworksAsync(real));

        await infra.StopAllAsync(Kit.Cancellation);
        Assert.DoesNotContain(NetworkOf(proxy), await NetworksAsync(real));
    }

    [Fact]
    public async Task Container_whose_create_was_not_answered_and_whose_removal_is_refused_is_said_and_removed_by_the_next_stop()
    {
        await using var real = await RealEngine.ConnectAsync();
        await using var proxy = new FaultProxy(real);
        var name = Kit.Unique("unanswered");
        var infra = Infrastructure(proxy, name, "echo up; sleep 1000");
        var cut = proxy.Plan(Fault.Cut, "POST .*/containers/create");
        var refusal = proxy.Plan(Fault.Refuse, "DELETE .*/containers/", times: int.MaxValue);

        Assert.IsType<EngineException>((await Kit.StartFailsAsync<ServiceStartException>(infra)).Cause);
        Assert.Contains(" 201 ", await cut.Answered, StringComparison.Ordinal);
        var error = await Assert.ThrowsAsync<ServiceOperationException>(() => infra.DisposeAsync().AsTask());
        Assert.Equal(name, Assert.Single(error.Failures).Service);
        Assert.Single(await Kit.LeftoversAsync(name));

        refusal.End();
        await infra.DisposeAsync();
        Assert.Empty(await Kit.LeftoversAsync(name));
    }

    [Fact]
    public async Task Network_whose_create_was_not_answered_and_whose_removal_is_refused_is_said_and_removed_by_the_next_stop()
    {
        await using var real = await RealEngine.ConnectAsync();
        await using var proxy = new FaultProxy(real);
        var name = Kit.Unique("unanswered");
        var infra = Infrastructure(proxy, name, "echo up; sleep 1000");
        var cut = proxy.Plan(Fault.Cut, "POST .*/networks/create");
        var refusal = proxy.Plan(Fault.Refuse, "DELETE .*/networks/", times: int.MaxValue);

        Assert.IsType<EngineException>((await Kit.StartFailsAsync<ServiceStartException>(infra)).Cause);
        Assert.Contains(" 201 ", await cut.Answered, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ServiceOperationException>(() => infra.DisposeAsync().AsTask());
        Assert.Contains(NetworkOf(proxy), await NetworksAsync(real));

        refusal.End();
        await infra.DisposeAsync();
        Assert.DoesNotContain(NetworkOf(proxy), await NetworksAsync(real));
    }

    private static TestInfrastructure Infrastructure(FaultProxy proxy, string name, string script, Overheard? log = null)
    {
        var service = new ContainerService(Kit.Busybox) { Command = ["sh", "-c", script], NetworkAlias = name, Readiness = Probe.Log("up") };
        var options = new TestInfrastructureOptions { EngineEndpoint = proxy.Endpoint, Watchdog = false };
        return new TestInfrastructure(log is null ? options : options with { LoggerFactory = log }).Register(name, service);
    }

    /// <summary>The one whose removal was asked for.</summary>
    private static string NetworkOf(FaultProxy proxy) =>
        proxy.Requests.Select(each => RemovedNetwork().Match(each)).First(each => each.Success).Groups["name"].Value;

    private static async Task<IEnumerable<string>> NetworksAsync(RealEngine real) =>
        (await real.Api.Networks.ListAsync([ResourceLabels.Filter], Kit.Cancellation)).Select(each => each.Name);

    [GeneratedRegex("^DELETE .*/networks/(?<name>[^ ?]+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex RemovedNetwork();
}
