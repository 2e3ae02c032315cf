using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace IntegrationKit.AspNetCore;

/// <summary>
/// One start of an application, up to the point where it listens. Disposing it cancels what is still under way and ends the
/// application's host.
/// </summary>
internal sealed class AppLaunch(AppDescription app, TestSettings settings, StartContext start, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _ending = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile AppAddresses? _addresses;
    private ProcessEnvironment? _environment;
    private StopOnceHost? _host;
    private bool _isCancelled;

    public AppStage Stage { get; private set; }

    public LogTail Log { get; } = new();

    /// <summary>Where it listens.</summary>
    public AppAddresses Addresses => _addresses ?? throw new InvalidOperationException("It does not listen.");

    /// <summary>The application's host; null before it was built and after the disposal.</summary>
    public IHost? Host => _host;

    /// <summary>Completes when the host begins to end, whoever ends it.</summary>
    public Task Ending => _ending.Task;

    /// <summary>Returns when it listens.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled. The program may still run; its <c>Build</c> will fail.</exception>
    public async Task RunAsync(IAppFactory factory)
    {
        Enter(AppStage.WaitsForTurn);
        using var environment = await ProcessEnvironment.SetAsync(AppVariables.Of(app, settings.Values), cancellationToken).ConfigureAwait(false);
        _environment = environment;
        Enter(AppStage.Builds);
        Task starting;
        using (ExecutionContext.SuppressFlow())
        {
            // Its own thread, for it blocks; and its own flow, so that the test's activity and context are not the application's.
            starting = Task.Factory.StartNew(() => Start(factory), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        try
        {
            await starting.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!starting.IsCompleted)
        {
            HostEnd.Forget(starting);
            throw;
        }

        if (_addresses is null)
        {
            throw new ProgramEndedException();
        }

        Enter(AppStage.Answers);
    }

    /// <summary>Called by the factory before the program runs.</summary>
    public void Configure(IWebHostBuilder builder)
    {
        builder.UseEnvironment(app.EnvironmentName);
        foreach (var (key, value) in settings.Values)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureAppConfiguration((_, configuration) => settings.AddTo(configuration));
    }

    /// <summary>Called by the factory: runs the program up to its host, and waits for this to start.</summary>
    public IHost CreateHost(IHostBuilder builder)
    {
        builder.ConfigureServices((_, services) => ConfigureServices(services));
        settings.Reads.BeginProgram();
        var host = builder.Build();
        _environment?.Dispose();
        Enter(AppStage.Starts);
        BeginStart(host).GetAwaiter().GetResult();
        return new LentHost(host);
    }

    /// <summary>Where it throws, the host goes on in this process, and nothing more can be done about it: a second call does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        StopOnceHost? host;
        lock (_gate)
        {
            _isCancelled = true;
            (host, _host) = (_host, null);
        }

        if (host is not null)
        {
            await HostEnd.RunAsync(host, start).ConfigureAwait(false);
        }
    }

    private void Start(IAppFactory factory)
    {
        EarlySettings.Current = settings;
        try
        {
            factory.StartServer();
        }
        catch (ObjectDisposedException) when (Stage is AppStage.Starts)
        {
            // The program has disposed of its host before the factory had a look at it.
            throw new ProgramEndedException();
        }
    }

    private Task BeginStart(IHost host)
    {
        try
        {
            host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.UnsafeRegister(_ => NoteEnding(), state: null);
            return host.StartAsync(cancellationToken);
        }
        finally
        {
            Volatile.Read(ref _host)?.AllowDisposal();
        }
    }

    /// <summary>Called at the end of the program's own <c>Build</c>, after all registrations of the application.</summary>
    private void ConfigureServices(IServiceCollection services)
    {
        Enter(AppStage.Configures);
        app.ConfigureServices?.Invoke(services);
        Enter(AppStage.Builds);
        AppLogging.Redirect(services, new ForwardingLoggerProvider(start, Log));
        services.Wrap<IServer>(server => new LoopbackServer(server, app, NoteAddresses));
        if (app.UseHttps)
        {
            AppHttps.Configure(services);
        }

        services.Wrap<IHost>(Adopt);
    }

    private StopOnceHost Adopt(IHost host)
    {
        lock (_gate)
        {
            ThrowIfCancelled();
            return _host = new StopOnceHost(host, NoteEnding);
        }
    }

    private void NoteAddresses(AppAddresses addresses)
    {
        if (addresses.Https is { } https && Host is { } host)
        {
            AppHttps.Redirect(host.Services, https);
        }

        _addresses = addresses;
    }

    private void NoteEnding()
    {
        Log.NoteEnding();
        _ending.TrySetResult();
    }

    /// <summary>Goes one step on, unless the start was cancelled meanwhile.</summary>
    private void Enter(AppStage stage)
    {
        lock (_gate)
        {
            ThrowIfCancelled();
            Stage = stage;
        }

        start.WaitsFor(AppFailure.Waited(stage, app));
    }

    private void ThrowIfCancelled()
    {
        if (_isCancelled)
        {
            throw new OperationCanceledException("The start of this application was cancelled.");
        }
    }

    /// <summary>The factory would stop and dispose of the host as soon as it is disposed of itself.</summary>
    private sealed class LentHost(IHost host) : IHost
    {
        public IServiceProvider Services => host.Services;

        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
