using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace IntegrationKit.AspNetCore;

/// <summary>
/// Has the server listen on one port of 127.0.0.1, whatever addresses the application's code or configuration names, and
/// tells which one it got. Two fixtures' instances would compete for a fixed one.
/// </summary>
internal sealed class LoopbackServer(IServer server, int port, Action<Uri> listens) : IServer
{
    public IFeatureCollection Features => server.Features;

    public async Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        var feature = server.Features.GetRequiredFeature<IServerAddressesFeature>();
        feature.Addresses.Clear();
        feature.Addresses.Add(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        feature.PreferHostingUrls = true;
        await server.StartAsync(application, cancellationToken).ConfigureAwait(false);
        listens(new Uri(feature.Addresses.Single()));
    }

    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);

    public void Dispose() => server.Dispose();
}
