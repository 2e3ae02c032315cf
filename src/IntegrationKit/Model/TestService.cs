using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using IntegrationKit.Limits;

namespace IntegrationKit;

/// <summary>
/// Something that tests need: its settings before the start, access to it after. It does nothing until the
/// <see cref="TestInfrastructure"/> that it is registered with starts it. Derive from it to bring a service of your own; one
/// that runs in a container derives from <see cref="ServerService"/>.
/// </summary>
public abstract class TestService
{
    private static readonly ConcurrentDictionary<Type, bool> PreparingTypes = [];

    private readonly Lock _gate = new();
    private object? _owner;
    private string? _name;
    private volatile ServiceRun? _run;
    private ServiceRun? _detached;

    /// <summary>The name under which it is registered; the type's name before that.</summary>
    public string Name => _name ?? GetType().Name;

    /// <summary>Its state.</summary>
    public ServiceState State { get; private set; }

    /// <summary>
    /// How long its start may take until it is ready, without the time to pull its image and to wait for what it
    /// depends on. Longer than zero, at most 49 days. Default 60 s.
    /// </summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Services that must be ready before this one, besides those that its settings refer to. Default: none.</summary>
    public IReadOnlyList<TestService> DependsOn { get; init; } = [];

    /// <summary>All services that must be ready before this one starts. Default: <see cref="DependsOn"/>.</summary>
    protected virtual IEnumerable<TestService> Dependencies => DependsOn;

    /// <summary>
    /// The TCP ports of the host that its settings ask for by number. Two services that ask for one are reported with the other
    /// mistakes, before anything is started. Default: none.
    /// </summary>
    protected virtual IEnumerable<int> HostPorts => [];

    /// <summary>Whether its server may be shared with others of its type, if servers are shared.</summary>
    internal virtual bool MayShareServer => false;

    /// <summary>Whether it has a server that others can reach over a network.</summary>
    internal virtual bool RunsServer => false;

    /// <summary>The network alias that its settings ask for.</summary>
    internal virtual string? ExplicitAlias => null;

    /// <summary>Its stop failed: what it runs may still be there.</summary>
    internal bool NeedsStop => State == ServiceState.Failed && _detached is not null;

    /// <summary>Whether it runs, is starting or stopping, or may have left something.</summary>
    internal bool IsUp => NeedsStop || State is ServiceState.Starting or ServiceState.Running or ServiceState.Stopping;

    /// <summary>The current run; null if there is none.</summary>
    internal ServiceRun? Run => _run;

    /// <summary>Whether its type overrides <see cref="PrepareAsync"/>.</summary>
    internal bool Prepares => PreparingTypes.GetOrAdd(
        GetType(), static (_, service) => ((Func<StartContext, CancellationToken, Task>)service.PrepareAsync).Method.DeclaringType != typeof(TestService), this);

    /// <summary>Brings the state back to the baseline: the state after the start, or at the last capture. Open connections stay usable.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    /// <exception cref="IntegrationKitException">The state could not be brought back; the message says why.</exception>
    public Task ResetAsync(CancellationToken cancellationToken = default) => (_run ?? throw NotRunning(nameof(ResetAsync))).ResetAsync(cancellationToken);

    /// <summary>Makes the current state the baseline that a reset brings back.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    public Task CaptureBaselineAsync(CancellationToken cancellationToken = default)
    {
        var run = _run ?? throw NotRunning(nameof(CaptureBaselineAsync));
        return run.IsTouched ? run.CaptureBaselineAsync(cancellationToken) : Task.CompletedTask;
    }

    /// <summary>
    /// The mistakes in its settings, a sentence each, that can be found without starting anything. They are reported
    /// together with those of all other services.
    /// </summary>
    protected virtual IEnumerable<string> Validate() =>
        Deadline.Problem(nameof(StartTimeout), StartTimeout) is { } problem ? [problem] : [];

    /// <summary>Does what can take long and counts against no deadline, such as a pull. Runs before dependencies are ready.</summary>
    protected virtual Task PrepareAsync(StartContext start, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Starts it and returns when it is ready. If it throws, it must have cleaned up; what it has passed to
    /// <see cref="StartContext.DisposeOnFailure"/> is disposed of for it.
    /// </summary>
    protected abstract Task<ServiceRun> StartAsync(StartContext start, CancellationToken cancellationToken);

    /// <summary>The current run, for a member that returns something of it: what was returned is reset before the next test.</summary>
    /// <param name="member">The member that was read, for the message.</param>
    /// <exception cref="InvalidOperationException">The service is not running; the message names the member.</exception>
    protected TRun GetRun<TRun>([CallerMemberName] string member = "")
        where TRun : ServiceRun
    {
        var run = (TRun)(_run ?? throw NotRunning(member));
        run.Touch();
        return run;
    }

    /// <summary>The current run; null if there is none. Reading it does not count as handing something out.</summary>
    protected TRun? FindRun<TRun>()
        where TRun : ServiceRun => (TRun?)_run;

    // Protected members are overridden the same way in this assembly and in others; the library calls these.
    internal IEnumerable<TestService> GetDependencies() => Dependencies;

    internal IEnumerable<string> FindMistakes() => Validate();

    internal IEnumerable<int> FindHostPorts() => HostPorts;

    internal Task BeginPrepareAsync(StartContext start, CancellationToken cancellationToken) => PrepareAsync(start, cancellationToken);

    internal Task<ServiceRun> BeginStartAsync(StartContext start, CancellationToken cancellationToken) => StartAsync(start, cancellationToken);

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

    /// <summary>Its start has succeeded.</summary>
    internal void Attach(ServiceRun run)
    {
        lock (_gate)
        {
            MoveTo(ServiceState.Running);
            _run = run;
        }
    }

    /// <summary>Its stop begins: from here on nobody can get the run. Also returns a run whose stop failed before.</summary>
    internal ServiceRun Detach()
    {
        lock (_gate)
        {
            MoveTo(ServiceState.Stopping);
            (_detached, _run) = (_run ?? _detached, null);
            return _detached!;
        }
    }

    /// <summary>Its stop has succeeded.</summary>
    internal void ForgetRun()
    {
        lock (_gate)
        {
            MoveTo(ServiceState.Stopped);
            _detached = null;
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

            State = allowed ? state : throw new InvalidOperationException($"Service '{Name}' cannot go from {State} to {state}.");
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
