using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Logging;

namespace WebAppStart;

/// <summary>What one would write without IntegrationKit.</summary>
internal sealed class BareFactory : WebApplicationFactory<ArgsApp.IGreeting>
{
    private readonly Dictionary<string, string> _settings;

    public BareFactory(Dictionary<string, string> settings)
    {
        _settings = settings;
        UseKestrel();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.ConfigureLogging(logging => logging.ClearProviders());
        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }
    }
}
