using System.Runtime.CompilerServices;
using IntegrationKit.Diagnostics;
using IntegrationKit.Launching;
using IntegrationKit.Launching.Containers;
using IntegrationKit.Orchestration;
using IntegrationKit.Ownership;
using IntegrationKit.Sharing;

namespace IntegrationKit;

/// <summary>
/// The services that a set of tests needs: register them, start them all, test, reset them between tests, stop them in
/// reverse order. Its methods may be called from any thread; starts, resets and stops wait for each other, but a stop
/// ends a start that is under way.
/// </summary>
public sealed partial class TestInfrastructure : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Registration> _registrations = [];
    private readonly TestInfrastructureOptions _options;
    private readonly Lifecycle _lifecycle;

    /// <summary>Makes an infrastructure without services. Nothing is started or connected.</summary>
    /// <exception cref="ArgumentException">An option has an invalid value.</exception>
    public TestInfrastructure(TestInfrastructureOptions? options = null)
    {
        _options = options ?? new();
        if (_options.Validate().FirstOrDefault() is { } problem)
        {
            throw new ArgumentException(problem, nameof(options));
        }

        _lifecycle = new(_options, new ContainerLauncher(
            new(_options.EngineEndpoint, _options.ImagePrefix, _options.Watchdog, _options.PublishPortsOnAllInterfaces),
            _options.LoggerFactory.CreateLogger("IntegrationKit"),
            _options.TimeProvider));
    }

    /// <summary>The registered services by name, in the order of their registration.</summary>
    public IReadOnlyList<TestService> Services
    {
        get
        {
            lock (_gate)
            {
                return [.. _registrations.Select(each => each.Service)];
            }
        }
    }

    /// <summary>
    /// Registers a service under a name. Mistakes, such as a name that is taken, are reported together by the start.
    /// </summary>
    /// <exception cref="InvalidOperationException">Services are running, starting or stopping.</exception>
    public TestInfrastructure Register(string name, TestService service)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(service);
        lock (_gate)
        {
            // The running services were planned without it: networks, aliases, the order of the stop.
            if (_lifecycle.FindUp() is { } up)
            {
                throw new InvalidOperationException($"Service '{name}' cannot be registered while '{up.Name}' is {up.State}: call StopAllAsync first.");
            }

            _registrations.Add(new(name, service, service.TryAdopt(this, name)));
        }

        return this;
    }

    /// <summary>
    /// Starts every service that does not run yet, each as soon as all that it depends on is ready, and returns when all
    /// are ready. If one fails, everything that this call started is stopped again. It can be called again after a stop.
    /// What one has done to another during its start, such as an application that migrates its database, belongs to the other's
    /// baseline, unless the other ran before the call.
    /// </summary>
    /// <exception cref="InfrastructureConfigurationException">The description has mistakes; all are listed, nothing was started.</exception>
    /// <exception cref="EngineUnavailableException">No container engine answered.</exception>
    /// <exception cref="ServiceStartException">A service did not get ready.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the infrastructure was stopped meanwhile.</exception>
    public async Task<TestInfrastructure> StartAllAsync(CancellationToken cancellationToken = default)
    {
        var failure = await UnlessProcessEndsAsync(_lifecycle.StartAsync(MakePlan, plan => plan.Services, cancellationToken)).ConfigureAwait(false);
        return failure is null ? this : throw failure;
    }

    /// <summary>Starts one service and what it depends on. Returns at once if it runs already.</summary>
    /// <inheritdoc cref="StartAllAsync" path="/exception"/>
    public async Task<TestService> StartAsync(string name, CancellationToken cancellationToken = default)
    {
        var service = Get(name);
        var failure = await UnlessProcessEndsAsync(_lifecycle.StartAsync(MakePlan, plan => plan.ClosureOf(service), cancellationToken)).ConfigureAwait(false);
        return failure is null ? service : throw failure;
    }

    /// <summary>Starts one service and what it depends on, and returns it as its type.</summary>
    /// <inheritdoc cref="Get{TService}" path="/exception"/>
    /// <inheritdoc cref="StartAllAsync" path="/exception"/>
    public async Task<TService> StartAsync<TService>(string name, CancellationToken cancellationToken = default)
        where TService : TestService
    {
        var service = Get<TService>(name);
        await StartAsync(name, cancellationToken).ConfigureAwait(false);
        return service;
    }

    /// <summary>Returns a registered service, whether it runs or not.</summary>
    /// <exception cref="KeyNotFoundException">No service has that name; the message lists the names.</exception>
    public TestService Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        lock (_gate)
        {
            return _registrations.Find(each => each.Name == name)?.Service ?? throw new KeyNotFoundException(_registrations.Count == 0
                ? $"There is no service '{name}': none is registered."
                : $"There is no service '{name}'. Registered: {Text.Quoted(_registrations.Select(each => each.Name))}.");
        }
    }

    /// <summary>Returns a registered service as its type.</summary>
    /// <exception cref="KeyNotFoundException">No service has that name; the message lists the names.</exception>
    /// <exception cref="InvalidCastException">It is of another type, which the message names.</exception>
    public TService Get<TService>(string name)
        where TService : TestService => Get(name) switch
        {
            TService service => service,
            var other => throw new InvalidCastException($"Service '{name}' is a {other.GetType().Name}, not a {typeof(TService).Name}."),
        };

    /// <summary>
    /// Brings the state of every running service back to its baseline, all at the same time; they stay up. A service of which
    /// nothing was handed out since its start, no address and no connection, is at its baseline and costs nothing.
    /// </summary>
    /// <exception cref="ServiceOperationException">Some could not be reset; the others were.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task ResetAllAsync(CancellationToken cancellationToken = default) => UnlessProcessEndsAsync(_lifecycle.ResetAsync(cancellationToken));

    /// <summary>Makes the current state of every running service the baseline that a reset brings back.</summary>
    /// <exception cref="ServiceOperationException">The state of some could not be captured.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task CaptureBaselineAsync(CancellationToken cancellationToken = default) =>
        UnlessProcessEndsAsync(_lifecycle.ForEachTouchedAsync("captured", (run, token) => run.CaptureBaselineAsync(token), cancellationToken));

    /// <summary>
    /// Checks that everything that is registered runs, and that each server answers whose probe is a question to it
    /// (<see cref="Server.ReadyWhen"/>, HTTP, a database): it is asked at most once a second, and any answer within 10 s will
    /// do. Makes no call to the engine if they run.
    /// </summary>
    /// <exception cref="ServiceOperationException">A service does not run, its server has ended, or it does not answer; the message says why.</exception>
    public Task CheckAllAsync(CancellationToken cancellationToken = default) => UnlessProcessEndsAsync(_lifecycle.CheckAsync(Services, cancellationToken));

    /// <summary>
    /// Reads what the servers of the running services have logged since a given time. Of a shared server these are the lines
    /// of this infrastructure's slice, as far as they can be told apart. Secrets are redacted.
    /// </summary>
    /// <param name="since">By the clock of the options. That of the engine may differ: what it says at that moment is found out.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EngineException">A log could not be read.</exception>
    public async IAsyncEnumerable<ServiceLogLine> ReadLogsAsync(DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var service in Services)
        {
            await foreach (var line in (service.Run?.ReadLogAsync(new() { Since = since }, cancellationToken) ?? AsyncEnumerable.Empty<LogLine>()).ConfigureAwait(false))
            {
                // It is read for a report, and a server quotes the statements that fail.
                yield return new(service.Name, line with { Text = _lifecycle.Redactor.Redact(line.Text) });
            }
        }
    }

    /// <summary>
    /// Stops every running service in reverse order of the dependencies. Every one is tried. Idempotent; ends a start that
    /// is under way.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait for another operation; a stop that has begun is completed.</param>
    /// <exception cref="ServiceOperationException">Some could not be stopped; the others were.</exception>
    /// <exception cref="TimeoutException">Another operation has not ended within its limits; nothing was stopped.</exception>
    public Task StopAllAsync(CancellationToken cancellationToken = default) => UnlessProcessEndsAsync(_lifecycle.StopAsync(cancellationToken));

    /// <summary>
    /// Removes the containers, networks and volumes that ended processes of this host have left on the engine, and returns
    /// them. What a living process, another host or another pid namespace owns is not touched, unless it is older than
    /// <paramref name="olderThan"/>. Every start does the same in the background, without an age.
    /// </summary>
    /// <param name="olderThan">Things of at least this age are removed whoever owns them. Default null: no age.</param>
    /// <param name="options">The engine's address and the clock. Default null: those of default options.</param>
    /// <param name="cancellationToken">Ends the sweep.</param>
    /// <exception cref="ArgumentOutOfRangeException">The age is negative.</exception>
    /// <exception cref="EngineUnavailableException">No container engine answered.</exception>
    public static Task<IReadOnlyList<SweptResource>> SweepAsync(
        TimeSpan? olderThan = null, TestInfrastructureOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(olderThan ?? TimeSpan.Zero, TimeSpan.Zero, nameof(olderThan));
        options ??= new();
        return EngineSession.SweepAsync(options.EngineEndpoint, olderThan, options.TimeProvider, cancellationToken);
    }

    /// <summary>Asks for a container engine, and throws if none answers.</summary>
    /// <param name="options">The engine's address and the clock. Default null: those of default options.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="EngineUnavailableException">No container engine answered; the message says what was tried.</exception>
    public static Task EnsureEngineAsync(TestInfrastructureOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        return EngineSession.EnsureEngineAsync(options.EngineEndpoint, options.TimeProvider, cancellationToken);
    }

    /// <summary>
    /// Stops the servers that infrastructures of this process share, each as soon as nobody uses it any more; returns when
    /// the unused ones are stopped.
    /// </summary>
    /// <exception cref="ServiceOperationException">Some could not be stopped; the others were.</exception>
    public static Task StopSharedServersAsync(CancellationToken cancellationToken = default) => SharedServers.StopAsync(cancellationToken);

    /// <summary>Stops everything, as <see cref="StopAllAsync"/> does.</summary>
    public async ValueTask DisposeAsync() => await StopAllAsync().ConfigureAwait(false);

    /// <summary>The failure of a start, thrown or returned; none if the process ends, which removes the services under it.</summary>
    private static async Task<Exception?> UnlessProcessEndsAsync(Task<Exception?> start)
    {
        await UnlessProcessEndsAsync((Task)start).ConfigureAwait(false);
        var failure = await start.ConfigureAwait(false);
        if (failure is not null)
        {
            await ProcessEnd.HoldAsync().ConfigureAwait(false);
        }

        return failure;
    }

    private static async Task UnlessProcessEndsAsync(Task operation)
    {
        try
        {
            await operation.ConfigureAwait(false);
        }
        catch
        {
            await ProcessEnd.HoldAsync().ConfigureAwait(false);
            throw;
        }
    }

    private ServicePlan MakePlan()
    {
        // Properties of services are the user's code, so no lock is held while they run.
        Registration[] registrations;
        lock (_gate)
        {
            registrations = [.. _registrations];
        }

        return ServicePlan.Make(registrations, _options.ShareServers is true);
    }
}
