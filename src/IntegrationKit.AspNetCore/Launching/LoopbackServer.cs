using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace IntegrationKit.AspNetCore;

/// <summary>
/// Has the server listen on 127.0.0.1 only, whatever addresses the application's code or configuration names, and tells which
/// ports it got. Two fixtures' instances would compete for a fixed one.
/// </summary>
internal sealed class LoopbackServer(IServer server, AppDescription app, Action<AppAddresses> listens) : IServer
{
    public IFeatureCollection Features => server.Features;

    public async Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        var feature = server.Features.GetRequiredFeature<IServerAddressesFeature>();
        feature.Addresses.Clear();
        feature.Addresses.Add(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{app.Port ?? 0}"));
        if (app.UseHttps)
        {
            feature.Addresses.Add("https://127.0.0.1:0");
        }

        feature.PreferHostingUrls = true;
        await server.StartAsync(application, cancellationToken).ConfigureAwait(false);
        var addresses = feature.Addresses.Select(address => new Uri(address)).ToLookup(address => address.Scheme);
        listens(new(addresses[Uri.UriSchemeHttp].Single(), addresses[Uri.UriSchemeHttps].SingleOrDefault()));
    }

    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);

    public void Dispose() => server.Dispose();
}
