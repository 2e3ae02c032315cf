// How long one WebAppService takes to start, and the floor that it stands on: the platform's own factory on Kestrel with one
// request. The first of each is shown apart, since it loads and compiles the code. Run it with -c Release.
using System.Diagnostics;
using System.Text.Json;
using IntegrationKit;
using WebAppStart;

const int Times = 20;

// The bare factory looks for the application's folder in the current one.
Directory.SetCurrentDirectory(AppContext.BaseDirectory);
Dictionary<string, string> settings = new() { ["ConnectionStrings:Orders"] = "Host=given", ["Payments:BaseAddress"] = "http://given/" };

// In turns, so that both have the machine in the same state.
var (service, floor) = (new List<double>(), new List<double>());
for (var i = 0; i <= Times; i++)
{
    service.Add(await MeasureAsync(StartServiceAsync));
    floor.Add(await MeasureAsync(StartBareAsync));
}

Console.WriteLine(JsonSerializer.Serialize(new { scenario = "start of one WebAppService", unit = "ms", times = Times, service = Figures(service), floor = Figures(floor) }));

async Task<IAsyncDisposable> StartServiceAsync()
{
    var app = new WebAppService<ArgsApp.IGreeting> { ReadyPath = "/health" };
    foreach (var (key, value) in settings)
    {
        app.Settings.Add(key, value);
    }

    return await new TestInfrastructure().Register("api", app).StartAllAsync();
}

async Task<IAsyncDisposable> StartBareAsync()
{
    var factory = new BareFactory(settings);
    using var client = factory.CreateClient();
    await client.GetStringAsync(new Uri("health", UriKind.Relative));
    return factory;
}

static async Task<double> MeasureAsync(Func<Task<IAsyncDisposable>> start)
{
    var begun = Stopwatch.GetTimestamp();
    await using var started = await start();
    return Math.Round(Stopwatch.GetElapsedTime(begun).TotalMilliseconds, 1);
}

static object Figures(List<double> durations)
{
    var warm = durations.Skip(1).Order().ToArray();
    return new { first = durations[0], median = (warm[(Times / 2) - 1] + warm[Times / 2]) / 2, min = warm[0], max = warm[^1] };
}
