using IntegrationKit.EngineTests.Engine.Support;
using IntegrationKit.EngineTests.Ownership;
using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Faults;

/// <summary>A container ends when nobody waits for its start any more.</summary>
[Collection(nameof(Alone))]
public sealed class LateEndTests : IDisposable
{
    private readonly UnobservedErrors _unobserved = new();

    public void Dispose() => _unobserved.Dispose();

    [Fact]
    public async Task End_of_a_container_long_after_its_start_raises_no_error_that_nobody_observes()
    {
        await RunAndKillAsync();

        await _unobserved.AssertNoneAsync();
    }

    [Fact]
    public async Task Check_of_a_container_whose_engine_is_gone_is_a_failure_of_the_service()
    {
        await using var real = await RealEngine.ConnectAsync();
        var proxy = new FaultProxy(real);
        var service = Kit.WebServer();
        var infra = new TestInfrastructure(new() { EngineEndpoint = proxy.Endpoint, Watchdog = false }).Register("web", service);
        await infra.StartAllAsync(Kit.Cancellation);
        var refusal = proxy.Plan(Fault.Refuse, "GET .*/containers/[0-9a-f]+/json", times: int.MaxValue);
        await real.Plain.KillAsync(service.ContainerId);
        await Kit.UntilAsync(async () => await Record.ExceptionAsync(() => infra.CheckAllAsync(Kit.Cancellation)) is not null, TimeSpan.FromSeconds(30));

        var error = await Assert.ThrowsAsync<ServiceOperationException>(() => infra.CheckAllAsync(Kit.Cancellation));

        Assert.IsType<EngineException>(Assert.Single(error.Failures).Error);
        refusal.End();
        await infra.DisposeAsync();
        await proxy.DisposeAsync();
    }

    private static async Task RunAndKillAsync()
    {
        await using var real = await RealEngine.ConnectAsync();
        var service = Kit.WebServer();
        await using var infra = (await Kit.CreateAsync()).Register("web", service);
        await infra.StartAllAsync(Kit.Cancellation);
        await real.Plain.KillAsync(service.ContainerId);
        await Kit.UntilAsync(async () => await Record.ExceptionAsync(() => infra.CheckAllAsync(Kit.Cancellation)) is not null, TimeSpan.FromSeconds(30));
    }
}
