using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.AspNetCore;

/// <summary>One start of an application, up to the point where it listens.</summary>
internal sealed class AppLaunch(AppDescription app, TestSettings settings, ServiceContext context, CancellationToken cancellationToken)
{
    private readonly Lock _gate = new();
    private volatile Uri? _address;
    private ProcessEnvironment? _environment;
    private IHost? _host;
    private bool _isAbandoned;

    public AppStage Stage { get; private set; } = AppStage.WaitsForTurn;

    public LogTail Log { get; } = new();

    public SettingSecrets Secrets { get; } = new(settings.Values);

    /// <summary>Where it listens.</summary>
    public Uri Address => _address ?? throw new InvalidOperationException("It does not listen.");

    /// <summary>The application's host; null before it was built and after it was let go.</summary>
    public IHost? Host => _host;

    /// <summary>Returns when it listens.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled. The program may still run; it is refused a host.</exception>
    public async Task RunAsync(IAppFactory factory)
    {
        using var environment = await ProcessEnvironment.SetAsync(AppVariables.Of(app, settings.Values), cancellationToken).ConfigureAwait(false);
        (_environment, Stage) = (environment, AppStage.Builds);
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
            _ = starting.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw;
        }

        if (_address is null)
        {
            throw new ProgramEndedException();
        }

        Stage = AppStage.Answers;
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
        Adopt(host);
        Stage = AppStage.Starts;
        host.StartAsync(cancellationToken).GetAwaiter().GetResult();
        return new LentHost(host);
    }

    /// <summary>Gives up what may still be on its way, and hands out the host to be stopped.</summary>
    public IHost? Abandon()
    {
        lock (_gate)
        {
            _isAbandoned = true;
            return Interlocked.Exchange(ref _host, value: null);
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
            // The program has disposed its host before the factory had a look at it.
            throw new ProgramEndedException();
        }
    }

    /// <summary>The last word on the services, in the program's own Build.</summary>
    private void ConfigureServices(IServiceCollection services)
    {
        ThrowIfAbandoned();
        app.ConfigureServices?.Invoke(services);
        AppLogging.Redirect(services, new ForwardingLoggerProvider(app.Service, context.Logger, Log, Secrets));
        LoopbackServer.Wrap(services, app.Port ?? 0, address => _address = address);
    }

    private void Adopt(IHost host)
    {
        lock (_gate)
        {
            if (!_isAbandoned)
            {
                _host = host;
                return;
            }
        }

        host.Dispose();
        ThrowIfAbandoned();
    }

    private void ThrowIfAbandoned()
    {
        if (Volatile.Read(ref _isAbandoned))
        {
            throw new OperationCanceledException("The start of this application was given up.");
        }
    }

    /// <summary>The factory would stop and dispose the host a second time.</summary>
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
