extern alias ArgsApp;

using FaultyApp;
using IntegrationKit.AspNetCore.Tests.Support;

namespace IntegrationKit.AspNetCore.Tests;

/// <summary>A setting that the application does not read.</summary>
public sealed class UnreadSettingTests
{
    [Fact]
    public async Task Unread_setting_is_warned_of_with_keys_that_look_alike()
    {
        var log = new RecordingLog();
        var app = Orders(("Payments:Curency", "USD"));
        await using (await Apps.StartAsync(app, log))
        {
            Assert.Equal(["Payments:Curency"], app.UnreadSettings);
            var warning = Assert.Single(log.Texts(81));
            Assert.Contains("'Payments:Curency' (did you mean 'Payments:Currency'?)", warning, StringComparison.Ordinal);
        }

        Assert.Equal(["api: the application has never read the setting 'Payments:Curency'"], log.Texts(82));
    }

    [Fact]
    public async Task Setting_that_is_read_late_is_no_slip_and_is_told_of_only_if_it_stays_unread()
    {
        var log = new RecordingLog();
        var app = Orders(("Payments:Currency", "USD"), ("Greeting", "given"));
        await using (await Apps.StartAsync(app, log))
        {
            Assert.Equal(["Greeting", "Payments:Currency"], app.UnreadSettings);
            using var client = app.CreateClient();
            Assert.Equal("USD", await Apps.GetAsync(client, "setting/Payments:Currency"));
            Assert.Equal(["Greeting"], app.UnreadSettings);
        }

        Assert.Empty(log.Texts(81));
        Assert.Equal(["api: the application has never read the setting 'Greeting'"], log.Texts(82));
    }

    [Fact]
    public async Task Settings_that_are_read_are_not_warned_of()
    {
        var log = new RecordingLog();
        var app = Orders();
        await using (await Apps.StartAsync(app, log))
        {
            Assert.Empty(app.UnreadSettings);
        }

        Assert.Empty(log.Texts(81).Concat(log.Texts(82)));
    }

    [Fact]
    public async Task Unread_setting_fails_the_start_where_that_is_asked_for()
    {
        var error = await Apps.StartFailsAsync(new WebAppService<EntryPoint>
        {
            Settings = { ["Fault"] = "none", ["Nobody:Reads:This"] = "x" },
            RequireSettingsRead = true,
        });

        Assert.Contains("has not read all of its settings", error.Message, StringComparison.Ordinal);
        Assert.Contains("It has not read the setting 'Nobody:Reads:This'.", error.Message, StringComparison.Ordinal);
    }

    private static WebAppService<ArgsApp::Program> Orders(params (string Key, string Value)[] more)
    {
        var app = new WebAppService<ArgsApp::Program>
        {
            Settings = { ["ConnectionStrings:Orders"] = "Host=given", ["Payments:BaseAddress"] = "http://given/" },
        };
        foreach (var (key, value) in more)
        {
            app.Settings.Add(key, value);
        }

        return app;
    }
}
