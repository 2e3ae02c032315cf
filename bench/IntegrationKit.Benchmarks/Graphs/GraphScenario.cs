using System.Diagnostics;

namespace IntegrationKit.Benchmarks.Graphs;

/// <summary>
/// Start and stop of services that do nothing, in layers: each depends on two of the layer before. The floor runs as many tasks that do
/// nothing on the thread pool, twice, each after those that it depends on.
/// </summary>
internal sealed class GraphScenario : Scenario
{
    private const int Layers = 10;

    private TestInfrastructure _infra = null!;

    public required int Services { get; init; }

    public override int Times => 30;

    public override bool UsesEngine => false;

    private int PerLayer => Services / Layers;

    public override Task SetUpAsync() => Task.CompletedTask;

    public override Task PrepareAsync(bool ofFloor)
    {
        if (!ofFloor)
        {
            _infra = new();
            var services = new InertService[Services];
            for (var i = 0; i < Services; i++)
            {
                services[i] = new() { DependsOn = [.. DependenciesOf(i).Select(each => services[each])] };
                _infra.Register($"{i}", services[i]);
            }
        }

        // What one round leaves for the collector is not to be charged to the next.
        GC.Collect();
        return Task.CompletedTask;
    }

    public override async Task MeasuredAsync()
    {
        var begun = Stopwatch.GetTimestamp();
        await _infra.StartAllAsync();
        Note("start_ms", Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        begun = Stopwatch.GetTimestamp();
        await _infra.StopAllAsync();
        Note("stop_ms", Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
    }

    public override async Task FloorAsync()
    {
        var starts = new Task[Services];
        for (var i = 0; i < Services; i++)
        {
            starts[i] = AfterAsync(Task.WhenAll(DependenciesOf(i).Select(each => starts[each])));
        }

        await Task.WhenAll(starts);
        var stops = new Task[Services];
        for (var i = Services - 1; i >= 0; i--)
        {
            stops[i] = AfterAsync(Task.WhenAll(DependentsOf(i).Select(each => stops[each])));
        }

        await Task.WhenAll(stops);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task AfterAsync(Task others)
    {
        await others;
        await Task.Run(() => Task.CompletedTask);
    }

    private IEnumerable<int> DependenciesOf(int service) => service < PerLayer ? [] : [service - PerLayer, Below(service)];

    private IEnumerable<int> DependentsOf(int service) => service >= Services - PerLayer ? [] : [service + PerLayer, Above(service)];

    /// <summary>The next one of the layer before, or its first one.</summary>
    private int Below(int service) => (service + 1) % PerLayer == 0 ? service + 1 - (2 * PerLayer) : service + 1 - PerLayer;

    private int Above(int service) => service % PerLayer == 0 ? service - 1 + (2 * PerLayer) : service - 1 + PerLayer;
}
