using System.Diagnostics;
using IntegrationKit.Tests.Orchestration.Support;

namespace IntegrationKit.Tests.Orchestration;

/// <summary>Graphs of a size that shows what grows faster than the graph.</summary>
public sealed class ManyServicesTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chain_of_services_longer_than_a_stack_is_deep_starts_and_stops()
    {
        const int Length = 20_000;
        var services = new List<TestService>(Length);
        for (var i = 0; i < Length; i++)
        {
            services.Add(new CheapService { DependsOn = i == 0 ? [] : [services[^1]] });
        }

        // The last one first: the order of registration is not that of the chain.
        var infra = new TestInfrastructure();
        for (var i = Length - 1; i >= 0; i--)
        {
            infra.Register($"{i}", services[i]);
        }

        await infra.StartAllAsync(Cancellation).WaitAsync(Limit, TimeProvider.System, Cancellation);
        Assert.All(services, each => Assert.Equal(ServiceState.Running, each.State));
        await infra.StopAllAsync(Cancellation).WaitAsync(Limit, TimeProvider.System, Cancellation);
        Assert.All(services, each => Assert.Equal(ServiceState.Stopped, each.State));
    }

    [Fact]
    public async Task Circle_of_services_longer_than_a_stack_is_deep_is_found()
    {
        const int Length = 20_000;
        var services = new List<TestService>(Length);
        var circle = new List<TestService>();
        services.Add(new CheapService { DependsOn = circle });
        for (var i = 1; i < Length; i++)
        {
            services.Add(new CheapService { DependsOn = [services[^1]] });
        }

        circle.Add(services[^1]);
        await using var infra = new TestInfrastructure();
        for (var i = 0; i < Length; i++)
        {
            infra.Register($"{i}", services[i]);
        }

        var error = await Assert.ThrowsAsync<InfrastructureConfigurationException>(() => infra.StartAllAsync(Cancellation));

        Assert.StartsWith("The services wait for each other in a circle: 0 -> 19999 -> 19998 -> ", Assert.Single(error.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_and_stop_of_twenty_times_as_many_services_do_not_take_four_hundred_times_as_long()
    {
        await MeasureAsync(1_000);
        var few = await BestAsync(1_000);
        var many = await BestAsync(20_000);

        TestContext.Current.TestOutputHelper?.WriteLine($"1,000: {few}; 20,000: {many}");
        Assert.InRange(many.Start, TimeSpan.Zero, (few.Start * 80) + TimeSpan.FromMilliseconds(200));
        Assert.InRange(many.Stop, TimeSpan.Zero, (few.Stop * 80) + TimeSpan.FromMilliseconds(200));
    }

    /// <summary>The quickest of three tries each: others use the machine too.</summary>
    private static async Task<(TimeSpan Start, TimeSpan Stop)> BestAsync(int count)
    {
        var tries = new List<(TimeSpan Start, TimeSpan Stop)>();
        for (var i = 0; i < 3; i++)
        {
            tries.Add(await MeasureAsync(count));
        }

        return (tries.Min(each => each.Start), tries.Min(each => each.Stop));
    }

    private static async Task<(TimeSpan Start, TimeSpan Stop)> MeasureAsync(int count)
    {
        var infra = new TestInfrastructure();
        for (var i = 0; i < count; i++)
        {
            infra.Register($"{i}", new CheapService());
        }

        var watch = Stopwatch.StartNew();
        await infra.StartAllAsync(Cancellation).WaitAsync(Limit, TimeProvider.System, Cancellation);
        var start = watch.Elapsed;
        await infra.StopAllAsync(Cancellation).WaitAsync(Limit, TimeProvider.System, Cancellation);
        return (start, watch.Elapsed - start);
    }

    private sealed class CheapService : TestService
    {
        protected override Task<ServiceRun> StartAsync(StartContext start, CancellationToken cancellationToken) => Task.FromResult<ServiceRun>(new CheapRun());

        private sealed class CheapRun : ServiceRun
        {
            public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
