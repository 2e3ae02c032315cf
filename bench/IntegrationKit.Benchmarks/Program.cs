// dotnet run -c Release --project bench/IntegrationKit.Benchmarks -- SCENARIO --n N
//
// prints one JSON line for the scenario, or one for each where it is "all". Each is measured against a floor in the same run, in
// turns: the least that is possible, written without the library, with the same result.
using System.Globalization;
using IntegrationKit.Benchmarks;
using IntegrationKit.Benchmarks.Clones;
using IntegrationKit.Benchmarks.Redis;
using IntegrationKit.Benchmarks.Resets;

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
};

var n = args is [_, "--n", var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 200;
if (args.Length is not (1 or 3) || n < 1 || (args[0] != "all" && !scenarios.ContainsKey(args[0])))
{
    await Console.Error.WriteLineAsync($"Usage: SCENARIO [--n TIMES], where SCENARIO is all or one of {string.Join(", ", scenarios.Keys)}.");
    return 2;
}

foreach (var (name, make) in scenarios.Where(each => args[0] == "all" || each.Key == args[0]))
{
    await using var scenario = make();
    Console.WriteLine(await Measurement.RunAsync(name, scenario, n));
}

return 0;
