using IntegrationKit.Readiness;

namespace IntegrationKit;

/// <summary>
/// A thing that tests need: its settings before the start, its handle after. It does nothing until the
/// <see cref="TestInfrastructure"/> that it is registered with starts it. Derive from it to bring a service of your own.
/// </summary>
public abstract class TestService
{
    private readonly Lock _gate = new();
    private object? _owner;
    private string? _name;

    /// <summary>The name under which it is registered; the type's name before that.</summary>
    public string Name => _name ?? GetType().Name;

    /// <summary>Where it is in its life.</summary>
    public ServiceState State { get; private set; }

    /// <summary>
    /// How long its start may take until it is ready, without the time to pull its image and to wait for what it
    /// depends on. Longer than zero, at most 49 days. Default 60 s.
    /// </summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Services that must be ready before this one, besides those that its settings refer to. Default: none.</summary>
    public IReadOnlyList<TestService> DependsOn { get; init; } = [];

    /// <summary>All services that must be ready before this one starts. Default: <see cref="DependsOn"/>.</summary>
    protected internal virtual IEnumerable<TestService> Dependencies => DependsOn;

    /// <summary>Whether it runs in a container of its own.</summary>
    internal virtual bool RunsInContainer => false;

    /// <summary>The network alias that its settings ask for.</summary>
    internal virtual string? ExplicitAlias => null;

    /// <summary>Its stop failed: what it runs may still be there.</summary>
    internal bool NeedsStop { get; private set; }

    /// <summary>Whether it runs, is on its way up or down, or may have left something.</summary>
    internal bool IsUp => NeedsStop || State is ServiceState.Starting or ServiceState.Running or ServiceState.Stopping;

    /// <summary>Set by the plan: another container reaches it, or it reaches one.</summary>
    internal bool ReachesContainers { get; set; }

    /// <summary>Set by the infrastructure: servers of equal settings are shared.</summary>
    internal bool SharesServer { get; set; }

    /// <summary>
    /// Whether anything of it was handed out since its start, so that its state may have changed. Where that is not known,
    /// it counts as touched.
    /// </summary>
    internal virtual bool IsTouched => true;

    /// <summary>Why it can no longer be used although nobody has stopped it, as a sentence; null where it can.</summary>
    internal virtual Task<string?> FindEndAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>What its server has logged from a moment on, as far as it concerns this service.</summary>
    internal virtual IAsyncEnumerable<LogLine> ReadLogSinceAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        AsyncEnumerable.Empty<LogLine>();

    /// <summary>
    /// The mistakes in its settings, a sentence each, that can be found without starting anything. They are reported
    /// together with those of all other services.
    /// </summary>
    protected internal virtual IEnumerable<string> Validate() =>
        Deadline.Problem(nameof(StartTimeout), StartTimeout) is { } problem ? [problem] : [];

    /// <summary>Brings up what can take long and counts against no deadline, such as a pull. Runs before dependencies are ready.</summary>
    protected internal virtual Task PrepareAsync(ServiceContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Starts it and returns when it is ready. Where it throws, it has cleaned up behind itself.</summary>
    protected internal abstract Task StartAsync(ServiceContext context, CancellationToken cancellationToken);

    /// <summary>Stops it. Called once for every successful start.</summary>
    protected internal abstract Task StopAsync(ServiceContext context, CancellationToken cancellationToken);

    /// <summary>Throws where it does not run, naming the member that was read.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    protected void ThrowIfNotRunning(string member)
    {
        if (State is not (ServiceState.Running or ServiceState.Stopping))
        {
            throw NotRunning(member);
        }
    }

    /// <summary>Returns a value that exists only while it runs.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    protected T WhileRunning<T>(T? value, string member)
        where T : class => value ?? throw NotRunning(member);

    internal bool TryAdopt(object owner, string name)
    {
        lock (_gate)
        {
            if (_owner is not null)
            {
                return false;
            }

            (_owner, _name) = (owner, name);
            return true;
        }
    }

    internal void MoveTo(ServiceState state)
    {
        lock (_gate)
        {
            var allowed = (State, state) switch
            {
                (ServiceState.Registered or ServiceState.Stopped or ServiceState.Failed, ServiceState.Starting) => !NeedsStop,
                (ServiceState.Starting, ServiceState.Running or ServiceState.Failed or ServiceState.Stopped) => true,
                (ServiceState.Running or ServiceState.Failed, ServiceState.Stopping) => true,
                (ServiceState.Stopping, ServiceState.Stopped or ServiceState.Failed) => true,
                _ => false,
            };

            if (!allowed)
            {
                throw new InvalidOperationException($"Service '{Name}' cannot go from {State} to {state}.");
            }

            NeedsStop = (State, state) is (ServiceState.Stopping, ServiceState.Failed);
            State = state;
        }
    }

    private InvalidOperationException NotRunning(string member) => new(State switch
    {
        ServiceState.Registered when _owner is null =>
            $"{member} of {GetType().Name} is known only while it runs, and it is not registered: pass it to TestInfrastructure.Register and start it.",
        ServiceState.Registered =>
            $"{member} of service '{Name}' is known only while it runs, and it has not been started: call StartAllAsync first.",
        ServiceState.Starting =>
            $"{member} of service '{Name}' is not known yet: it is starting. Await StartAllAsync first.",
        _ => $"{member} of service '{Name}' is known only while it runs, and it is {State}.",
    });
}
