using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.Tests.Ownership;

/// <summary>An engine on a unix socket that answers every request by a function of its method and path.</summary>
internal sealed class WatchdogFakeEngine : IAsyncDisposable
{
    private readonly WebApplication _application;

    private WatchdogFakeEngine(WebApplication application) => _application = application;

    /// <summary>The requests so far, as in <c>DELETE /containers/a?force=1</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    public static string FreeSocketPath() => Path.Combine(Path.GetTempPath(), $"ik-{Guid.NewGuid().ToString("N")[..8]}.sock");

    public static async Task<WatchdogFakeEngine> StartAsync(string socketPath, Func<string, (int Status, string Body)> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(socketPath));
        var engine = new WatchdogFakeEngine(builder.Build());
        engine._application.Run(async context =>
        {
            var request = $"{context.Request.Method} {Uri.UnescapeDataString(context.Request.Path.Value + context.Request.QueryString.Value)}";
            engine.Requests.Enqueue(request);
            var (status, body) = answer(request);
            context.Response.StatusCode = status;
            if (body.Length > 0)
            {
                await context.Response.WriteAsync(body);
            }
        });
        await engine._application.StartAsync(TestContext.Current.CancellationToken);
        return engine;
    }

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();
}
