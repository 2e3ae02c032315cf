using System.Collections.Concurrent;
using FaultyApp;
using IntegrationKit.AspNetCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace IntegrationKit.AspNetCore.Tests;

/// <summary>The end of an application that runs.</summary>
public sealed class StopTests : IDisposable
{
    public StopTests() => Signals.Rewind();

    public void Dispose() => Signals.Release.Set();

    [Theory]
    [InlineData("arguments")]
    [InlineData("no arguments")]
    [InlineData("slim")]
    [InlineData("host builder")]
    public async Task Host_is_stopped_once_and_then_disposed_of_once(string form)
    {
        for (var run = 0; run < 5; run++)
        {
            var notes = new ConcurrentQueue<string>();
            await using (await Apps.StartAsync(Forms.Make(form, services => services.AddHostedService(_ => new NotingWorker(notes)))))
            {
                Assert.Empty(notes);
            }

            Assert.Equal(["stops", "stopped", "disposed"], notes);
        }
    }

    [Fact]
    public async Task Host_that_stops_by_itself_is_stopped_once_and_then_disposed_of_once()
    {
        var (notes, fails) = (new ConcurrentQueue<string>(), new TaskCompletionSource());
        var app = Forms.Make("arguments", services => services.AddHostedService(_ => new NotingWorker(notes)).AddHostedService(_ => new FailingWorker(fails.Task)));
        await using (await Apps.StartAsync(app))
        {
            fails.SetResult();
        }

        Assert.Equal(["stops", "stopped", "disposed"], notes);
    }

    [Fact]
    public async Task Host_that_the_program_disposes_of_during_the_stop_is_stopped_first()
    {
        var notes = new ConcurrentQueue<string>();
        await using (await Apps.StartAsync(new WebAppService<EntryPoint>
        {
            Settings = { ["Fault"] = "disposes early" },
            ConfigureServices = services => services.AddHostedService(_ => new NotingWorker(notes)),
        }))
        {
        }

        Assert.Equal(["stops", "stopped", "disposed"], notes);
    }

    [Fact]
    public async Task Request_under_way_does_not_keep_it_from_stopping()
    {
        var app = Healthy();
        await using var infra = await Apps.StartAsync(app);
        using var client = new HttpClient { BaseAddress = app.BaseAddress };
        var request = client.GetAsync(new Uri("slow", UriKind.Relative), Apps.Cancellation);
        await Signals.Reached.WaitAsync(Apps.Cancellation);

        await infra.StopAllAsync(Apps.Cancellation);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => request);
    }

    [Fact]
    public async Task Hosted_services_that_stop_slowly_are_cancelled_after_a_grace()
    {
        var log = new RecordingLog();
        var app = Healthy(services => services.AddHostedService(_ => Slow()).AddHostedService(_ => new Other(Slow())));
        var infra = await Apps.StartAsync(app, log);

        await infra.StopAllAsync(Apps.Cancellation);

        Assert.Equal(["api: the application did not end within 3 s; what it was doing was cancelled"], log.Texts(84));

        static StoppingWorker Slow() => new(token => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token));
    }

    [Fact]
    public async Task Stop_that_blocks_fails_within_a_limit_and_the_application_can_start_again()
    {
        var app = Healthy(services => services.AddHostedService(_ => new StoppingWorker(Block)));
        await using var infra = await Apps.StartAsync(app);

        var error = await Assert.ThrowsAsync<ServiceOperationException>(() => infra.StopAllAsync(Apps.Cancellation));

        Assert.Contains("The application's host has not ended within 6 s: a hosted service", error.Message, StringComparison.Ordinal);
        Signals.Release.Set();
        await infra.StartAllAsync(Apps.Cancellation);
        using var client = app.CreateClient();
        Assert.Equal("healthy", await Apps.GetAsync(client, "health"));
    }

    [Fact]
    public async Task Failed_start_explains_itself_although_the_stop_blocks()
    {
        var log = new RecordingLog();
        var error = await Apps.StartFailsAsync(
            new WebAppService<EntryPoint>
            {
                Settings = { ["Fault"] = "unhealthy" },
                ReadyPath = "/health",
                StartTimeout = TimeSpan.FromSeconds(2),
                ConfigureServices = services => services.AddHostedService(_ => new StoppingWorker(Block)),
            },
            log);

        Assert.Contains("the limit of 2 s, its StartTimeout", error.Message, StringComparison.Ordinal);
        Assert.Contains(log.Entries, each => each.Exception?.Message.Contains("has not ended within 6 s", StringComparison.Ordinal) is true);
    }

    private static Task Block(CancellationToken cancellationToken)
    {
        Signals.Release.Wait(CancellationToken.None);
        return Task.CompletedTask;
    }

    private static WebAppService<EntryPoint> Healthy(Action<IServiceCollection>? configure = null) =>
        new() { Settings = { ["Fault"] = "none" }, ReadyPath = "/health", ConfigureServices = configure };

    /// <summary>A hosted service is added once per type.</summary>
    private sealed class Other(StoppingWorker worker) : Microsoft.Extensions.Hosting.IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => worker.StopAsync(cancellationToken);
    }
}
