// dotnet run -c Release --project bench/IntegrationKit.Benchmarks -- SCENARIO --n N
//
// prints one JSON line for the scenario, or one for each where it is "all", which also writes them to docs/performance.md. Each is
// measured against a floor in the same run, in turns: the least that is possible, written without the library, with the same result.
using System.Globalization;
using IntegrationKit.Benchmarks;
using IntegrationKit.Benchmarks.Adapters;
using IntegrationKit.Benchmarks.Clones;
using IntegrationKit.Benchmarks.Graphs;
using IntegrationKit.Benchmarks.Mocks;
using IntegrationKit.Benchmarks.Redis;
using IntegrationKit.Benchmarks.Report;
using IntegrationKit.Benchmarks.Resets;
using IntegrationKit.Benchmarks.Slices;

Dictionary<string, Func<Scenario>> scenarios = new(StringComparer.Ordinal)
{
    ["reset"] = () => new ResetScenario { Tables = 50, Touched = 3 },
    ["reset-one"] = () => new ResetScenario { Tables = 50, Touched = 1 },
    ["reset-one-keys"] = () => new ResetScenario { Tables = 50, Touched = 1, HasIdentities = false },
    ["reset-seeded"] = () => new ResetScenario { Tables = 50, Touched = 3, SeedRows = 20 },
    ["reset-idle"] = () => new ResetScenario { Tables = 50, Touched = 0 },
    ["reset-wide"] = () => new ResetScenario { Tables = 500, Touched = 1 },
    ["reset-wide-keys"] = () => new ResetScenario { Tables = 500, Touched = 1, HasIdentities = false },
    ["respawn"] = () => new RespawnScenario { Tables = 50, Touched = 3, HasTwoServers = true },
    ["respawn-wide"] = () => new RespawnScenario { Tables = 500, Touched = 1, HasTwoServers = true },
    ["redis-reset"] = () => new RedisResetScenario { Touched = 3 },
    ["redis-reset-seeded"] = () => new RedisResetScenario { Touched = 3, SeedKeys = 10_000 },
    ["redis-reset-idle"] = () => new RedisResetScenario { Touched = 0, SeedKeys = 10_000 },
    ["clone"] = () => new CloneScenario { Pooled = 4 },
    ["clone-demand"] = () => new CloneScenario { Pooled = 0 },
    ["clone-20"] = () => new CloneScenario { Pooled = 0, AtOnce = 20 },
    ["slice"] = () => new SliceScenario { Tables = 50 },
    ["adapter"] = () => new AdapterScenario(),
    ["mock"] = () => new MockScenario(),
    ["graph"] = () => new GraphScenario { Services = 10_000 },
};

int? times = args is [_, "--n", var text] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
if ((times is null && args.Length != 1) || (args[0] != "all" && !scenarios.ContainsKey(args[0])))
{
    await Console.Error.WriteLineAsync($"Usage: SCENARIO [--n TIMES], where SCENARIO is all or one of {string.Join(", ", scenarios.Keys)}.");
    return 2;
}

var figures = new List<Figures>();
foreach (var (name, make) in scenarios.Where(each => args[0] == "all" || each.Key == args[0]))
{
    await using var scenario = make();
    figures.Add(await Measurement.RunAsync(name, scenario, times ?? scenario.Times));
    Console.WriteLine(figures[^1]);
}

if (args[0] == "all")
{
    await PerformancePage.WriteAsync(figures);
}

return 0;
