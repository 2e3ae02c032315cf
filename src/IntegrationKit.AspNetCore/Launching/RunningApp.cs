using Microsoft.AspNetCore.Mvc.Testing.Handlers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace IntegrationKit.AspNetCore;

/// <summary>An application that listens.</summary>
internal sealed class RunningApp(AppDescription app, AppLaunch launch, TestSettings settings)
{
    // One for all clients: their connections are shared, and closed together. Cookies and redirects are each client's own.
    private readonly SocketsHttpHandler _connections = new() { UseProxy = false, UseCookies = false, AllowAutoRedirect = false };

    public Uri BaseAddress { get; } = launch.Address;

    public IServiceProvider Services { get; } = launch.Host!.Services;

    public IConfiguration? Configuration => Services.GetService<IConfiguration>();

    public IReadOnlyList<string> UnreadSettings => AspNetCore.UnreadSettings.Keys(settings);

    /// <summary>Cancelled when the application's host stops.</summary>
    public CancellationToken Stopping { get; } = launch.Host!.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    public HttpClient CreateClient(bool followRedirects)
    {
        HttpMessageHandler handler = new CookieContainerHandler { InnerHandler = _connections };
        if (followRedirects)
        {
            handler = new RedirectHandler { InnerHandler = handler };
        }

        return new HttpClient(handler, disposeHandler: false) { BaseAddress = BaseAddress };
    }

    public HttpClient CreateBareClient() => new(_connections, disposeHandler: false) { BaseAddress = BaseAddress };

    public void CloseConnections() => _connections.Dispose();

    public async Task StopAsync(ServiceContext context, CancellationToken cancellationToken)
    {
        foreach (var key in UnreadSettings)
        {
            WebAppLog.NeverRead(context.Logger, app.Service, key);
        }

        CloseConnections();
        if (launch.Abandon() is { } host)
        {
            await HostEnd.StopAsync(host, app.Service, context, cancellationToken).ConfigureAwait(false);
        }
    }
}
