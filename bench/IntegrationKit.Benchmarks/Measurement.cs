using System.Diagnostics;
using System.Text.Json;

namespace IntegrationKit.Benchmarks;

/// <summary>Measures a scenario and its floor in turns, so that both have the machine in the same state.</summary>
internal static class Measurement
{
    private const int WarmUps = 20;

    public static async Task<string> RunAsync(string name, Scenario scenario, int n)
    {
        await scenario.SetUpAsync();
        var (measured, floor) = (new List<double>(n), new List<double>(n));
        for (var i = -WarmUps; i < n; i++)
        {
            var first = await TimeAsync(scenario, ofFloor: i % 2 == 0);
            var second = await TimeAsync(scenario, ofFloor: i % 2 != 0);
            if (i >= 0)
            {
                measured.Add(i % 2 == 0 ? second : first);
                floor.Add(i % 2 == 0 ? first : second);
            }
        }

        Dictionary<string, object> figures = new(StringComparer.Ordinal)
        {
            ["scenario"] = name,
            ["n"] = n,
            ["median_ms"] = Round(Median(measured)),
            ["min_ms"] = Round(measured.Min()),
            ["max_ms"] = Round(measured.Max()),
            ["floor_median_ms"] = Round(Median(floor)),
            ["ratio"] = Round(Median([.. measured.Zip(floor, (ours, bare) => ours / bare)])),
        };
        foreach (var (extra, value) in scenario.Extras)
        {
            figures[extra] = Round(value);
        }

        return JsonSerializer.Serialize(figures);
    }

    private static async Task<double> TimeAsync(Scenario scenario, bool ofFloor)
    {
        await scenario.PrepareAsync(ofFloor);
        var begun = Stopwatch.GetTimestamp();
        await (ofFloor ? scenario.FloorAsync() : scenario.MeasuredAsync());
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static double Round(double value) => Math.Round(value, 3);
}
