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

var service = await MeasureAsync(async () =>
{
    var app = new WebAppService<ArgsApp.IGreeting> { ReadyPath = "/health" };
    foreach (var (key, value) in settings)
    {
        app.Settings.Add(key, value);
    }

    var infra = new TestInfrastructure().Register("api", app);
    await infra.StartAllAsync();
    return infra;
});
var floor = await MeasureAsync(async () =>
{
    var factory = new BareFactory(settings);
    using var client = factory.CreateClient();
    await client.GetStringAsync(new Uri("health", UriKind.Relative));
    return factory;
});

Console.WriteLine(JsonSerializer.Serialize(new { scenario = "start of one WebAppService", unit = "ms", times = Times, service, floor }));

static async Task<object> MeasureAsync(Func<Task<IAsyncDisposable>> start)
{
    var durations = new List<double>();
    for (var i = 0; i <= Times; i++)
    {
        var begun = Stopwatch.GetTimestamp();
        var started = await start();
        durations.Add(Math.Round(Stopwatch.GetElapsedTime(begun).TotalMilliseconds, 1));
        await started.DisposeAsync();
    }

    var warm = durations.Skip(1).Order().ToArray();
    return new { first = durations[0], median = (warm[(Times / 2) - 1] + warm[Times / 2]) / 2, min = warm[0], max = warm[^1] };
}
