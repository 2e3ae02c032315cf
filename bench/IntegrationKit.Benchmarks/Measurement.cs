using System.Diagnostics;

namespace IntegrationKit.Benchmarks;

/// <summary>Measures a scenario and its floor in turns, so that both have the machine in the same state.</summary>
internal static class Measurement
{
    private const int WarmUps = 20;

    public static async Task<Figures> RunAsync(string name, Scenario scenario, int n)
    {
        using var calls = scenario.UsesEngine ? new EngineCalls() : null;
        await scenario.SetUpAsync();
        var (measured, floor) = (new Series(), new Series());
        for (var i = -WarmUps; i < n; i++)
        {
            if (i == 0)
            {
                scenario.ForgetNotes();
            }

            var floorFirst = i % 2 == 0;
            await AddAsync(floorFirst, i);
            await AddAsync(!floorFirst, i);
        }

        return new(name, measured.Times, floor.Times, calls is null ? null : (measured.Calls / (double)n, floor.Calls / (double)n), scenario.Extras);

        async Task AddAsync(bool ofFloor, int i)
        {
            await scenario.PrepareAsync(ofFloor);
            var before = calls?.Count ?? 0;
            var begun = Stopwatch.GetTimestamp();
            await (ofFloor ? scenario.FloorAsync() : scenario.MeasuredAsync());
            var taken = scenario.Taken ?? Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            if (i >= 0)
            {
                var series = ofFloor ? floor : measured;
                series.Times.Add(taken);
                series.Calls += (calls?.Count ?? 0) - before;
            }
        }
    }

    public static double Median(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private sealed class Series
    {
        public List<double> Times { get; } = [];

        public int Calls { get; set; }
    }
}
