using IntegrationKit.EngineTests.Engine.Support;
using IntegrationKit.EngineTests.Support;
using IntegrationKit.Ownership;

namespace IntegrationKit.EngineTests.Faults;

/// <summary>The engine is reached over a connection at which requests go wrong at random. Alone, since it looks at all unobserved errors.</summary>
[Collection(nameof(Alone))]
public sealed class ProxyStormTests : IDisposable
{
    private readonly UnobservedErrors _unobserved = new();

    public void Dispose() => _unobserved.Dispose();

    [Fact]
    public async Task Runs_over_a_faulty_connection_fail_with_the_librarys_own_errors_and_leave_nothing()
    {
        var storm = new Storm(quick: 3, full: 60);
        var (failures, faults) = (0, 0);
        for (var i = 0; i < storm.Times; i++)
        {
            await using var real = await RealEngine.ConnectAsync();
            await using var proxy = new FaultProxy(real);
            var weather = new FaultStorm(storm.Random.Next());
            string[] names = [Kit.Unique("server"), Kit.Unique("client")];
            await using var infra = Infrastructure(proxy, names);

            proxy.Storm = weather;
            failures += await TryAsync(infra.StartAllAsync) ? 0 : 1;
            failures += await TryAsync(infra.ResetAllAsync) ? 0 : 1;
            failures += await TryAsync(infra.StopAllAsync) ? 0 : 1;
            proxy.Storm = null;
            faults += weather.Met;

            await infra.StopAllAsync(Kit.Cancellation);
            Assert.All(infra.Services, each => Assert.NotEqual(ServiceState.Running, each.State));
            await AssertNothingIsLeftAsync(real, proxy, names);
        }

        storm.Report($"{storm.Times} runs, {faults} requests went wrong, {failures} operations failed");
        await _unobserved.AssertNoneAsync();
    }

    private static TestInfrastructure Infrastructure(FaultProxy proxy, string[] names)
    {
        var server = new RedisService { StartTimeout = TimeSpan.FromSeconds(20) };
        return new TestInfrastructure(new() { EngineEndpoint = proxy.Endpoint, Watchdog = false })
            .Register(names[0], server)
            .Register(names[1], new ContainerService(Kit.Busybox)
            {
                Command = ["sleep", "1000"],
                Environment = { ["SERVER"] = ServiceReference.To(server, each => each.NetworkConnectionString) },
            });
    }

    /// <summary>Whether it succeeds. Any error but the library's own fails the test.</summary>
    private static async Task<bool> TryAsync(Func<CancellationToken, Task> operation)
    {
        try
        {
            await operation(Kit.Cancellation);
            return true;
        }
        catch (IntegrationKitException e)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(e.Message.Split('\n')[0]);
            return false;
        }
    }

    private static async Task AssertNothingIsLeftAsync(RealEngine real, FaultProxy proxy, string[] names)
    {
        // A create whose answer was lost may still be carried out.
        await Kit.UntilAsync(async () => (await Kit.LeftoversAsync(names)).Count == 0);
        var networks = await real.Api.Networks.ListAsync([ResourceLabels.Filter], Kit.Cancellation);
        Assert.Empty(networks.Select(each => each.Name).Intersect(proxy.Networks));
    }
}
