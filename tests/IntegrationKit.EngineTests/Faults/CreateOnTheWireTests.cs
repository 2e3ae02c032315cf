using IntegrationKit.EngineTests.Engine.Support;
using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Faults;

/// <summary>
/// The process ends while a create is on its way to the engine, or its answer on the way back. Alone, since the sweep of a start
/// beside it would remove what is left.
/// </summary>
[Collection(nameof(Alone))]
public sealed class CreateOnTheWireTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private static int Times => LongRun.IsOn ? 6 : 2;

    [Theory]
    [InlineData("exit", true)]
    [InlineData("exit", false)]
    [InlineData("KILL", true)]
    [InlineData("KILL", false)]
    public async Task Owner_that_ends_while_a_create_is_on_the_wire_leaves_nothing(string end, bool beforeTheEngine)
    {
        await using var real = await RealEngine.ConnectAsync();
        await using var proxy = new FaultProxy(real);
        for (var i = 0; i < Times; i++)
        {
            var create = proxy.Plan(beforeTheEngine ? Fault.HoldRequest : Fault.HoldAnswer, "POST .*/containers/create");
            await using var owner = await FaultyOwner.StartWithAsync(proxy.Endpoint, "may exit while it starts");
            await create.Met;
            if (!beforeTheEngine)
            {
                await create.Answered;
                Assert.Single(await owner.ResourcesAsync());
            }

            if (end == "exit")
            {
                await owner.EndAsync();
                Assert.Equal(0, await owner.ExitAsync());
            }
            else
            {
                await owner.KillAsync();
            }

            create.Release();

            // The engine has made the container, whoever has heard of it.
            Assert.Contains(" 201 ", await create.Answered, StringComparison.Ordinal);
            var gone = await owner.GoneAsync(Limit);
            TestContext.Current.TestOutputHelper?.WriteLine($"Gone {gone.TotalMilliseconds:0} ms after the end.");
        }
    }
}
