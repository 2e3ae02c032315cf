using System.Globalization;
using Microsoft.AspNetCore.HttpsPolicy;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace IntegrationKit.AspNetCore;

/// <summary>Has an application listen with HTTPS, and redirect to there.</summary>
internal static class AppHttps
{
    /// <summary>The key that the redirection reads at the first request.</summary>
    private const string PortKey = "HTTPS_PORT";

    public static void Configure(IServiceCollection services)
    {
        services.Configure<KestrelServerOptions>(options => options.ConfigureHttpsDefaults(https => https.ServerCertificate = LoopbackCertificate.Value));

        // A port that the application's code names goes before the configuration, and nothing listens there.
        services.PostConfigure<HttpsRedirectionOptions>(options => options.HttpsPort = null);
    }

    /// <summary>Sets the port in every source that has another one.</summary>
    public static void Redirect(IServiceProvider services, Uri address)
    {
        if (services.GetService<IConfiguration>() is { } configuration)
        {
            configuration[PortKey] = address.Port.ToString(CultureInfo.InvariantCulture);
        }
    }
}
