namespace IntegrationKit.EngineTests.Faults;

/// <summary>Many processes use the engine at the same time.</summary>
public sealed class ManyOwnersTests
{
    private const int Processes = 10;

    [Fact]
    public async Task Ten_infrastructures_in_ten_processes_at_once_all_run_and_leave_nothing()
    {
        var owners = await Task.WhenAll(Enumerable.Range(0, Processes).Select(_ => FaultyOwner.RunAsync()));
        try
        {
            Assert.Equal(Processes, owners.Select(each => each.Session).Distinct().Count());
            Assert.All(await Task.WhenAll(owners.Select(each => each.ResourcesAsync())), each => Assert.Equal(3, each.Count));

            await Task.WhenAll(owners.Select(each => each.StopAsync()));
            await Task.WhenAll(owners.Select(each => each.UntilAsync("stopped")));

            Assert.All(await Task.WhenAll(owners.Select(each => each.ResourcesAsync())), Assert.Empty);
            Assert.All(await Task.WhenAll(owners.Select(each => each.ExitAsync())), code => Assert.Equal(0, code));
        }
        finally
        {
            await Task.WhenAll(owners.Select(each => each.DisposeAsync().AsTask()));
        }
    }
}
