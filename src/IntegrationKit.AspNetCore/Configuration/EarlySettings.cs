using IntegrationKit.AspNetCore;
using Microsoft.AspNetCore.Hosting;

[assembly: HostingStartup(typeof(EarlySettings))]

namespace IntegrationKit.AspNetCore;

/// <summary>
/// Adds the settings to a configuration before the application's code gets its builder, so that every read is noted. Hosting
/// calls it inside <c>CreateBuilder</c>, on the thread of the start.
/// </summary>
internal sealed class EarlySettings : IHostingStartup
{
    private static readonly AsyncLocal<TestSettings?> CurrentSettings = new();

    /// <summary>Those of the start that this flow of control belongs to; null in any other application of the process.</summary>
    public static TestSettings? Current
    {
        get => CurrentSettings.Value;
        set => CurrentSettings.Value = value;
    }

    public void Configure(IWebHostBuilder builder)
    {
        if (Current is { } settings)
        {
            builder.ConfigureAppConfiguration((_, configuration) => settings.AddTo(configuration));
            settings.Reads.BeginNoting();
        }
    }
}
