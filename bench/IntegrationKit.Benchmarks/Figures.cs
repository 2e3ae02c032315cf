using System.Text.Json.Nodes;

namespace IntegrationKit.Benchmarks;

/// <summary>What was measured of a scenario, in milliseconds.</summary>
/// <param name="Scenario">Its name.</param>
/// <param name="Measured">Each measurement.</param>
/// <param name="Floor">The measurement of the floor next to each.</param>
/// <param name="EngineCalls">The requests to the engine in one measurement and in one of the floor; null if they were not counted.</param>
/// <param name="Extras">Further figures.</param>
internal sealed record Figures(
    string Scenario, IReadOnlyList<double> Measured, IReadOnlyList<double> Floor, (double Measured, double Floor)? EngineCalls, IReadOnlyDictionary<string, double> Extras)
{
    public double Median => Measurement.Median(Measured);

    public double FloorMedian => Measurement.Median(Floor);

    /// <summary>The median of the ratios of the measurements that were made next to each other.</summary>
    public double Ratio => Measurement.Median([.. Measured.Zip(Floor, (ours, bare) => ours / bare)]);

    /// <summary>One line of JSON.</summary>
    public override string ToString()
    {
        var json = new JsonObject
        {
            ["scenario"] = Scenario,
            ["n"] = Measured.Count,
            ["median_ms"] = Round(Median),
            ["min_ms"] = Round(Measured.Min()),
            ["max_ms"] = Round(Measured.Max()),
            ["floor_median_ms"] = Round(FloorMedian),
            ["ratio"] = Round(Ratio),
        };
        if (EngineCalls is var (measured, floor))
        {
            json["engine_calls"] = Round(measured);
            json["floor_engine_calls"] = Round(floor);
        }

        foreach (var (name, value) in Extras)
        {
            json[name] = Round(value);
        }

        return json.ToJsonString();
    }

    private static double Round(double value) => Math.Round(value, 3);
}
