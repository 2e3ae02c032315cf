using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Hosting;

namespace IntegrationKit.AspNetCore;

/// <summary>Runs a program until its host has started.</summary>
internal interface IAppFactory : IAsyncDisposable
{
    /// <summary>Blocks its thread until the program's host has started. The launch is told of the steps on the way.</summary>
    void StartServer();
}

/// <summary>The platform's factory, with each step left to the launch.</summary>
internal sealed class AppFactory<TEntryPoint> : WebApplicationFactory<TEntryPoint>, IAppFactory
    where TEntryPoint : class
{
    private readonly AppLaunch _launch;

    public AppFactory(AppLaunch launch)
    {
        _launch = launch;

        // Without a port: the factory sets one beside a server that may be binding (dotnet/aspnetcore#67714).
        UseKestrel();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder) => _launch.Configure(builder);

    protected override IHost CreateHost(IHostBuilder builder) => _launch.CreateHost(builder);

    protected override IWebHostBuilder? CreateWebHostBuilder() => base.CreateWebHostBuilder() is null
        ? null
        : throw new NotSupportedException("It has a CreateWebHostBuilder of the time before the generic host. Use WebApplication.CreateBuilder, or Host.CreateDefaultBuilder with ConfigureWebHostDefaults.");
}
