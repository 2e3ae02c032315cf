// Runs every client in a process of its own, interleaved, and prints medians and the paired ratio to bare HTTP calls.
// Build the four projects, then: dotnet Compare/bin/Release/net10.0/Compare.dll [rounds] [engine socket]
using System.Diagnostics;
using System.Globalization;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
var rounds = args.Length > 0 ? int.Parse(args[0]) : 15;
var socket = args.Length > 1 ? args[1] : "/var/run/docker.sock";
var root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../.."));
(string Name, string Project, string Argument)[] clients =
[
    ("original", "Original", ""), ("enhanced, unix", "Enhanced", "unix"), ("enhanced, native", "Enhanced", "native"),
    ("enhanced, own", "Enhanced", "own"), ("mixed", "Enhanced", "mixed"), ("bare", "Bare", ""),
];

foreach (var client in clients)
{
    using var proxy = new CountingProxy(socket);
    await RunAsync(client, proxy.Path);
    Console.WriteLine($"{client.Name,-17} {proxy.Seen}");
}

await MeasureAsync("real engine", socket);
using var canned = await CannedEngine.RecordAsync(socket, "integrationkit.local/redis:7");
await MeasureAsync("canned answers", canned.Path);

async Task MeasureAsync(string title, string path)
{
    var runs = clients.ToDictionary(c => c.Name, _ => new List<Dictionary<string, double>>());
    for (var round = 0; round < rounds; round++)
        for (var i = 0; i < clients.Length; i++)
        {
            var client = clients[(round + i) % clients.Length];
            runs[client.Name].Add(await RunAsync(client, path));
        }

    Console.WriteLine($"\n{title}, {rounds} rounds: medians, and the median of the paired ratio to bare");
    foreach (var key in runs["bare"][0].Keys)
    {
        Console.Write($"{key,-12}");
        foreach (var client in clients)
        {
            var ratio = Median(runs[client.Name].Zip(runs["bare"], (a, b) => a[key] / b[key]));
            Console.Write($" | {client.Name} {Median(runs[client.Name].Select(r => r[key])):F1} ({ratio:F2})");
        }

        Console.WriteLine();
    }
}

async Task<Dictionary<string, double>> RunAsync((string Name, string Project, string Argument) client, string path)
{
    var program = Path.Combine(root, client.Project, "bin/Release/net10.0", client.Project + ".dll");
    var before = ChildUsage.Cpu();
    var clock = Stopwatch.StartNew();
    using var process = Process.Start(new ProcessStartInfo("dotnet", [program, path, client.Argument]) { RedirectStandardOutput = true })!;
    var line = await process.StandardOutput.ReadToEndAsync();
    await process.WaitForExitAsync();
    var wall = clock.Elapsed;
    if (process.ExitCode != 0) throw new InvalidOperationException($"{client.Name} ended with {process.ExitCode}: {line}");

    var result = new Dictionary<string, double> { ["wall ms"] = wall.TotalMilliseconds, ["cpu ms"] = (ChildUsage.Cpu() - before).TotalMilliseconds };
    foreach (var pair in line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
    {
        var (name, value) = (pair.Split('=')[0], pair.Split('=')[1].Split('/'));
        if (value.Length == 1) result[name] = double.Parse(value[0]);
        else (result[name + " ms"], result[name + " cpu"]) = (double.Parse(value[0]), double.Parse(value[1]));
    }

    return result;
}

static double Median(IEnumerable<double> values)
{
    var sorted = values.Order().ToArray();
    return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
}
