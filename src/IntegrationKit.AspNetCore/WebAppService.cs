using IntegrationKit.AspNetCore;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace IntegrationKit;

/// <summary>
/// The web application under test, in this process, on a real Kestrel port of 127.0.0.1. It starts after the services that
/// its settings refer to.
/// </summary>
/// <typeparam name="TEntryPoint">
/// A class of the application's assembly, usually its <c>Program</c>. The whole <c>Main</c> runs, or the static
/// <c>CreateHostBuilder(string[])</c> where the program has one.
/// </typeparam>
/// <remarks>
/// While the application builds its host, its settings are set as environment variables of this process, since a
/// <c>WebApplication.CreateBuilder()</c> without arguments reads nothing else that a test can set. Applications therefore build
/// their hosts one after another; the rest of their starts and all of their work is parallel. The variables are set back when
/// <c>Build</c> has returned, or has failed.
/// </remarks>
public sealed class WebAppService<TEntryPoint> : TestService
    where TEntryPoint : class
{
    /// <summary>
    /// Values of the application's configuration by key, such as <c>ConnectionStrings:Orders</c>; case makes no difference. A value
    /// is a literal, or comes from another service by <see cref="ServiceReference"/>. They win over the application's files, user
    /// secrets, environment variables and arguments. Default: none.
    /// </summary>
    public IDictionary<string, ServiceReference> Settings { get; init; } =
        new Dictionary<string, ServiceReference>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Fails the start where a setting has not been read by the time that the application is ready. Default false: a warning
    /// in the log, since a setting may be read later, for example when its options class is first used.
    /// </summary>
    public bool RequireSettingsRead { get; init; }

    /// <summary>
    /// Adds and replaces services, after the application's own registrations. Called at each start, when what this service
    /// depends on is ready. Default: nothing.
    /// </summary>
    public Action<IServiceCollection>? ConfigureServices { get; init; }

    /// <summary>
    /// The path, from its first slash, that answers with 200 to 299 when the application is ready. Redirects are not followed.
    /// Default null: any answer below 500 to <c>/</c>, since many applications have no page there.
    /// </summary>
    public string? ReadyPath { get; init; }

    /// <summary>
    /// The port on 127.0.0.1, from 1 to 65535. The application listens there only, whatever addresses its code or configuration
    /// names. Default: null, a free one.
    /// </summary>
    public int? Port { get; init; }

    /// <summary>
    /// Listens with HTTPS as well, on a free port, so that HTTPS redirection, cookies with <c>Secure</c> and the like work. The
    /// certificate is made in memory, once in the process, which takes milliseconds. <see cref="CreateClient"/> trusts it;
    /// nothing else does, and the machine's trusted certificates are not touched. Default false.
    /// </summary>
    public bool UseHttps { get; init; }

    /// <summary>The hosting environment's name. Default: Development, as in <see cref="WebApplicationFactory{TEntryPoint}"/>.</summary>
    public string EnvironmentName { get; init; } = "Development";

    /// <summary>
    /// The folder of <c>appsettings.json</c> and <c>wwwroot</c>. Default null: the application's project folder where the build
    /// has noted it and it is there, else the folder of the test assembly. No solution file is looked for.
    /// </summary>
    public string? ContentRoot { get; init; }

    /// <summary>Where it listens with plain HTTP, for example <c>http://127.0.0.1:40123/</c>.</summary>
    /// <exception cref="InvalidOperationException">It is not running.</exception>
    public Uri BaseAddress => GetRun<RunningApp>().BaseAddress;

    /// <summary>Where it listens with HTTPS, for example <c>https://127.0.0.1:40124/</c>.</summary>
    /// <exception cref="InvalidOperationException">It is not running, or <see cref="UseHttps"/> is not set.</exception>
    public Uri HttpsAddress => GetRun<RunningApp>().Addresses.Https
        ?? throw new InvalidOperationException($"Service '{Name}' does not listen with HTTPS: set {nameof(UseHttps)}.");

    /// <summary>The application's own services. Make a scope for those that are scoped.</summary>
    /// <exception cref="InvalidOperationException">It is not running.</exception>
    public IServiceProvider Services => GetRun<RunningApp>().Services;

    /// <summary>The keys of <see cref="Settings"/> that the application has not read since its start, in order.</summary>
    /// <remarks>Always empty where reads before <c>Build</c> cannot be seen: with a slim builder, or with hosting startups turned off.</remarks>
    /// <exception cref="InvalidOperationException">It is not running.</exception>
    public IReadOnlyList<string> UnreadSettings => GetRun<RunningApp>().UnreadSettings;

    /// <summary>
    /// A client of the application with its own cookies. Its base address is <see cref="HttpsAddress"/> if <see cref="UseHttps"/>
    /// is set, else <see cref="BaseAddress"/>. All clients of one run share their connections, which are closed at the stop. It
    /// goes through no proxy.
    /// </summary>
    /// <param name="followRedirects">Whether it follows up to 7 redirects, as a browser does, also from HTTP to HTTPS. Default true.</param>
    /// <exception cref="InvalidOperationException">It is not running.</exception>
    public HttpClient CreateClient(bool followRedirects = true) => GetRun<RunningApp>().CreateClient(followRedirects);

    /// <inheritdoc/>
    protected override IEnumerable<TestService> Dependencies =>
        base.Dependencies.Concat(Settings.Values.Select(value => value.Service).OfType<TestService>()).Distinct();

    /// <inheritdoc/>
    protected override IEnumerable<int> HostPorts => Port is { } port ? [port] : [];

    /// <inheritdoc/>
    protected override IEnumerable<string> Validate() => base.Validate().Concat(AppProblems.Find(Describe()));

    /// <inheritdoc/>
    protected override async Task<ServiceRun> StartAsync(StartContext start, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(start);
        return await AppStart.RunAsync(Describe(), launch => new AppFactory<TEntryPoint>(launch), start, cancellationToken).ConfigureAwait(false);
    }

    private AppDescription Describe() => new()
    {
        EntryPoint = typeof(TEntryPoint),
        Settings = Settings.AsReadOnly(),
        RequireSettingsRead = RequireSettingsRead,
        ConfigureServices = ConfigureServices,
        ReadyPath = ReadyPath,
        Port = Port,
        UseHttps = UseHttps,
        EnvironmentName = EnvironmentName,
        ContentRoot = ContentRoot,
    };
}
