extern alias ArgsApp;

using System.Security.Authentication;
using IntegrationKit.AspNetCore.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace IntegrationKit.AspNetCore.Tests;

/// <summary>An application with HTTPS.</summary>
public sealed class HttpsTests : IDisposable
{
    private const string PortVariable = "ASPNETCORE_HTTPS_PORT";

    private readonly string? _before = Environment.GetEnvironmentVariable(PortVariable);

    public void Dispose() => Environment.SetEnvironmentVariable(PortVariable, _before);

    [Theory]
    [InlineData("arguments")]
    [InlineData("no arguments")]
    [InlineData("slim")]
    [InlineData("host builder")]
    public async Task Redirection_leads_clients_to_https_whatever_port_the_application_names(string form)
    {
        Environment.SetEnvironmentVariable(PortVariable, "5443");
        var service = Forms.Make(form, services => services.AddHttpsRedirection(options => options.HttpsPort = 443).AddSingleton<IStartupFilter>(new First(app => app.UseHttpsRedirection().Use(EchoAsync))), useHttps: true);
        await using var infra = await Apps.StartAsync(service);
        var (http, https, client) = Parts(service);

        using var found = await client.PostAsync(new Uri(http, "echo?a=1"), new StringContent("sent"), Apps.Cancellation);

        Assert.Equal("https", https.Scheme);
        Assert.Equal(https, client.BaseAddress);
        Assert.Equal(new Uri(https, "echo?a=1"), found.RequestMessage!.RequestUri);
        Assert.Equal("POST sent", await found.Content.ReadAsStringAsync(Apps.Cancellation));
    }

    [Fact]
    public async Task Secure_cookies_come_back_from_https_only()
    {
        await using var infra = await Apps.StartAsync(Service(out var app, services => services.AddSingleton<IStartupFilter>(new First(each => each.Use(CookieAsync))), useHttps: true));
        using var client = app.CreateClient();

        Assert.Equal("none", await Apps.GetAsync(client, "cookie"));
        Assert.Equal("kept", await Apps.GetAsync(client, "cookie"));
        Assert.Equal("none", await client.GetStringAsync(new Uri(app.BaseAddress, "cookie"), Apps.Cancellation));
    }

    [Fact]
    public async Task Certificate_is_trusted_by_the_clients_that_are_handed_out_and_by_nobody_else()
    {
        await using var infra = await Apps.StartAsync(Service(out var app, useHttps: true));
        using var client = app.CreateClient(followRedirects: false);
        using var stranger = new HttpClient { BaseAddress = app.HttpsAddress };

        Assert.Equal("healthy", await Apps.GetAsync(client, "health"));
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => Apps.GetAsync(stranger, "health"));
        Assert.IsType<AuthenticationException>(error.InnerException);
    }

    [Fact]
    public async Task Application_without_https_has_none_and_says_how_to_have_it()
    {
        await using var infra = await Apps.StartAsync(Service(out var app));
        using var client = app.CreateClient();

        Assert.Equal(app.BaseAddress, client.BaseAddress);
        var error = Assert.Throws<InvalidOperationException>(() => app.HttpsAddress);
        Assert.Equal("Service 'api' does not listen with HTTPS: set UseHttps.", error.Message);
    }

    private static TestService Service(out WebAppService<ArgsApp::Program> app, Action<IServiceCollection>? configure = null, bool useHttps = false) =>
        app = (WebAppService<ArgsApp::Program>)Forms.Make("arguments", configure ?? (_ => { }), useHttps);

    private static (Uri Http, Uri Https, HttpClient Client) Parts(TestService service) => service switch
    {
        WebAppService<ArgsApp::Program> app => (app.BaseAddress, app.HttpsAddress, app.CreateClient()),
        WebAppService<NoArgsApp.EntryPoint> app => (app.BaseAddress, app.HttpsAddress, app.CreateClient()),
        WebAppService<SlimApp.EntryPoint> app => (app.BaseAddress, app.HttpsAddress, app.CreateClient()),
        WebAppService<ClassicApp.Startup> app => (app.BaseAddress, app.HttpsAddress, app.CreateClient()),
        _ => throw new ArgumentOutOfRangeException(nameof(service), service, message: null),
    };

    private static async Task EchoAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path != "/echo")
        {
            await next(context);
            return;
        }

        using var reader = new StreamReader(context.Request.Body);
        await context.Response.WriteAsync($"{context.Request.Method} {await reader.ReadToEndAsync(context.RequestAborted)}", context.RequestAborted);
    }

    private static Task CookieAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path != "/cookie")
        {
            return next(context);
        }

        context.Response.Cookies.Append("secure", "kept", new() { Secure = true });
        return context.Response.WriteAsync(context.Request.Cookies["secure"] ?? "none", context.RequestAborted);
    }

    /// <summary>Puts middleware before the application's own.</summary>
    private sealed class First(Action<IApplicationBuilder> configure) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            configure(app);
            next(app);
        };
    }
}
