using Microsoft.AspNetCore.Mvc.Testing.Handlers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.AspNetCore;

/// <summary>An application that listens.</summary>
internal sealed class RunningApp(AppLaunch launch, TestSettings settings, StartContext start) : ServiceRun, IProbeTarget
{
    // One for all clients: their connections are shared, and closed together. Cookies and redirects are each client's own.
    private readonly SocketsHttpHandler _connections = new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        SslOptions = { RemoteCertificateValidationCallback = launch.Addresses.Https is null ? null : LoopbackCertificate.IsTrusted },
    };

    private readonly ILogger _logger = start.Logger;

    public string Name { get; } = start.ServiceName;

    public AppAddresses Addresses { get; } = launch.Addresses;

    public Uri BaseAddress => Addresses.Http;

    public IReadOnlyList<int> Ports => [BaseAddress.Port];

    public IServiceProvider Services { get; } = launch.Host!.Services;

    public IConfiguration? Configuration => Services.GetService<IConfiguration>();

    public IReadOnlyList<string> UnreadSettings => AspNetCore.UnreadSettings.Keys(settings);

    /// <summary>Completes when the application's host begins to end, whoever ends it.</summary>
    public Task Ending => launch.Ending;

    public ServiceEndpoint Endpoint(int port) => port == BaseAddress.Port
        ? new(BaseAddress.Host, port)
        : throw new InvalidOperationException($"Service '{Name}' listens on {BaseAddress} only.");

    public HttpClient CreateClient(bool followRedirects)
    {
        HttpMessageHandler handler = new CookieContainerHandler { InnerHandler = _connections };
        if (followRedirects)
        {
            handler = new RedirectHandler { InnerHandler = handler };
        }

        return new HttpClient(handler, disposeHandler: false) { BaseAddress = Addresses.ForClients };
    }

    public HttpClient CreateBareClient() => new(_connections, disposeHandler: false) { BaseAddress = Addresses.ForClients };

    public void CloseConnections() => _connections.Dispose();

    public override Task<string?> FindEndAsync(CancellationToken cancellationToken) => Task.FromResult(
        !launch.Ending.IsCompleted ? null
        : launch.Log.LastError is { } error ? $"The application's host has stopped by itself. The last error that it logged: {error.TrimEnd('.')}."
        : "The application's host has stopped by itself. It had logged no error.");

    public override async ValueTask DisposeAsync()
    {
        CloseConnections();
        await launch.DisposeAsync().ConfigureAwait(false);
        foreach (var key in UnreadSettings)
        {
            WebAppLog.NeverRead(_logger, Name, key);
        }
    }
}
