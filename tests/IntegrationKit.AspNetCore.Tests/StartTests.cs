extern alias ArgsApp;

using System.Net;
using System.Text.Json;
using IntegrationKit.AspNetCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Greeting = ArgsApp::ArgsApp.IGreeting;

namespace IntegrationKit.AspNetCore.Tests;

/// <summary>An application that starts: its settings, services, clients and log.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task Settings_arrive_before_build_and_win_over_files()
    {
        var payments = new ExternalServiceMock();
        var app = Orders(payments);
        await using var infra = new TestInfrastructure().Register("api", app).Register("payments", payments);
        await infra.StartAllAsync(Apps.Cancellation);

        using var client = app.CreateClient();
        var settings = JsonDocument.Parse(await Apps.GetAsync(client, "settings")).RootElement;

        Assert.Equal("Host=given", settings.GetProperty("orders").GetString());
        Assert.Equal(payments.BaseAddress.ToString(), settings.GetProperty("payments").GetString());
        Assert.Equal(payments.BaseAddress.ToString(), settings.GetProperty("late").GetString());
        Assert.Equal("from appsettings", settings.GetProperty("greeting").GetString());
        Assert.Equal("Development", settings.GetProperty("environment").GetString());
        Assert.Equal("ArgsApp", settings.GetProperty("name").GetString());
        Assert.EndsWith("ArgsApp", settings.GetProperty("root").GetString()!.TrimEnd('/'), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_arrive_where_arguments_are_ignored()
    {
        var app = new WebAppService<NoArgsApp.EntryPoint>
        {
            Settings = { ["ConnectionStrings:Orders"] = "Host=given;Options=a=b,c", ["payments:baseaddress"] = "http://given/" },
            EnvironmentName = "Staging",
        };
        await using var infra = await Apps.StartAsync(app);

        using var client = app.CreateClient();
        var settings = JsonDocument.Parse(await Apps.GetAsync(client, "settings")).RootElement;

        Assert.Equal("Host=given;Options=a=b,c", settings.GetProperty("orders").GetString());
        Assert.Equal("Host=given;Options=a=b,c", settings.GetProperty("bare").GetString());
        Assert.Equal("http://given/", settings.GetProperty("payments").GetString());
        Assert.Equal("from appsettings", settings.GetProperty("greeting").GetString());
        Assert.Equal("Staging", settings.GetProperty("environment").GetString());
        Assert.Equal("NoArgsApp", settings.GetProperty("name").GetString());
    }

    [Fact]
    public async Task Settings_arrive_in_a_program_with_a_startup_class()
    {
        var app = new WebAppService<ClassicApp.Startup> { Settings = { ["ConnectionStrings:Orders"] = "Host=given" } };
        await using var infra = await Apps.StartAsync(app);

        using var client = app.CreateClient();
        Assert.Equal("Host=given", await Apps.GetAsync(client, "/"));
        Assert.Empty(app.UnreadSettings);
    }

    [Fact]
    public async Task Settings_arrive_in_a_slim_program()
    {
        var log = new RecordingLog();
        var app = new WebAppService<SlimApp.EntryPoint> { Settings = { ["Greeting"] = "given" }, RequireSettingsRead = true };
        await using (await Apps.StartAsync(app, log))
        {
            using var client = app.CreateClient();
            Assert.Equal("given", await Apps.GetAsync(client, "/"));
        }

        Assert.Empty(log.Texts(81).Concat(log.Texts(82)));
    }

    [Fact]
    public async Task Environment_is_as_before_once_it_runs()
    {
        var before = Apps.Variables();

        await using var infra = await Apps.StartAsync(new WebAppService<NoArgsApp.EntryPoint> { Settings = { ["ConnectionStrings:Orders"] = "Host=given" } });

        Assert.Equal(before, Apps.Variables());
    }

    [Fact]
    public async Task Services_are_replaced()
    {
        var app = Orders(configure: services => services.AddSingleton<Greeting>(new OtherGreeting()));
        await using var infra = await Apps.StartAsync(app);

        using var client = app.CreateClient();
        Assert.Equal("hello from the test", await Apps.GetAsync(client, "greeting"));
        Assert.IsType<OtherGreeting>(app.Services.GetRequiredService<Greeting>());
    }

    [Fact]
    public async Task Address_is_its_own_whatever_the_program_names()
    {
        var (one, other) = (Orders(), new WebAppService<NoArgsApp.EntryPoint> { Settings = { ["ConnectionStrings:Orders"] = "Host=given" } });
        await using var infra = new TestInfrastructure().Register("one", one).Register("other", other);
        await infra.StartAllAsync(Apps.Cancellation);

        Assert.All([one.BaseAddress, other.BaseAddress], address => Assert.Equal("127.0.0.1", address.Host));
        Assert.DoesNotContain(5999, new[] { one.BaseAddress.Port, other.BaseAddress.Port });
    }

    [Fact]
    public async Task Clients_have_their_own_cookies_and_follow_redirects_unless_told()
    {
        var app = Orders();
        await using var infra = await Apps.StartAsync(app);

        using var first = app.CreateClient();
        using var second = app.CreateClient(followRedirects: false);
        Assert.Equal("1", await Apps.GetAsync(first, "count"));
        Assert.Equal("2", await Apps.GetAsync(first, "count"));
        Assert.Equal("1", await Apps.GetAsync(second, "count"));
        Assert.Equal("hello from the application", await Apps.GetAsync(first, "moved"));
        using var moved = await second.GetAsync(new Uri("moved", UriKind.Relative), Apps.Cancellation);
        Assert.Equal(HttpStatusCode.Found, moved.StatusCode);
    }

    [Fact]
    public async Task Log_goes_where_the_infrastructure_logs()
    {
        var log = new RecordingLog();
        await using var infra = await Apps.StartAsync(Orders(), log);

        Assert.Contains(log.Entries, each => each.Id == 80 && each.Level == LogLevel.Information && each.Text == "api: ArgsApp: Payments are at http://given/");
    }

    [Fact]
    public async Task Log_of_an_application_that_runs_has_no_secrets()
    {
        var log = new RecordingLog();
        var app = new WebAppService<NoArgsApp.EntryPoint> { Settings = { ["ConnectionStrings:Orders"] = "Host=given;Password=s3cret-word" } };
        await using var infra = await Apps.StartAsync(app, log);

        app.Services.GetRequiredService<ILogger<StartTests>>().Log(
            LogLevel.Error, default, "s3cret-word", new InvalidOperationException("No login with s3cret-word."), (password, _) => $"Login as {password} fails");

        var line = Assert.Single(log.Entries, each => each.Text == "api: IntegrationKit.AspNetCore.Tests.StartTests: Login as *** fails");
        Assert.Equal("System.InvalidOperationException: No login with ***.", line.Exception!.ToString());
        Assert.All(log.Entries, each => Assert.DoesNotContain("s3cret-word", $"{each.Text} {each.Exception}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stopped_application_starts_again()
    {
        var app = Orders();
        await using var infra = await Apps.StartAsync(app);
        var (first, client) = (app.BaseAddress, app.CreateClient());
        await infra.StopAllAsync(Apps.Cancellation);

        Assert.Throws<InvalidOperationException>(() => app.BaseAddress);
        Assert.Throws<InvalidOperationException>(() => app.Services);
        Assert.Throws<InvalidOperationException>(() => app.CreateClient());
        await Assert.ThrowsAnyAsync<Exception>(() => Apps.GetAsync(client, "health"));
        await AssertRefusedAsync(first);

        await infra.StartAllAsync(Apps.Cancellation);
        using var again = app.CreateClient();
        Assert.Equal("healthy", await Apps.GetAsync(again, "health"));
    }

    private static async Task AssertRefusedAsync(Uri address)
    {
        using var client = new HttpClient { BaseAddress = address };
        await Assert.ThrowsAsync<HttpRequestException>(() => Apps.GetAsync(client, "health"));
    }

    private static WebAppService<ArgsApp::Program> Orders(ExternalServiceMock? payments = null, Action<IServiceCollection>? configure = null) => new()
    {
        Settings =
        {
            ["ConnectionStrings:Orders"] = "Host=given",
            ["Payments:BaseAddress"] = payments is null ? "http://given/" : ServiceReference.To(payments, mock => mock.BaseAddress.ToString()),
        },
        ConfigureServices = configure,
        ReadyPath = "/health",
    };

    private sealed class OtherGreeting : Greeting
    {
        public string Text => "hello from the test";
    }
}
