using System.Diagnostics.CodeAnalysis;
using IntegrationKit.Diagnostics;
using IntegrationKit.Launching;
using IntegrationKit.Limits;
using IntegrationKit.Model;
using IntegrationKit.Readiness;
using Microsoft.Extensions.Logging;

namespace IntegrationKit;

/// <summary>What an infrastructure lends to a service for one start.</summary>
public sealed class StartContext
{
    private readonly LaunchContext _launch;
    private readonly MadeResources _made;

    internal StartContext(string service, LaunchContext launch, StartPlan plan, ILauncher launcher, MadeResources made) =>
        (ServiceName, _launch, Plan, Launcher, _made) = (service, launch, plan, launcher, made);

    /// <summary>The name under which the service is registered.</summary>
    public string ServiceName { get; }

    /// <summary>The infrastructure's log.</summary>
    public ILogger Logger => _launch.Logger;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider => _launch.TimeProvider;

    /// <summary>
    /// The limit that has passed, as the end of a sentence: <c>60 s, its StartTimeout</c>. Null if none has, so that a
    /// cancelled token means that the start was cancelled.
    /// </summary>
    public string? PassedLimit => _launch.Deadline.Passed is { } passed ? $"{Text.Seconds(passed.Length)}, {passed.Name}" : null;

    internal StartPlan Plan { get; }

    internal ILauncher Launcher { get; }

    internal LaunchContext Launch => _launch;

    /// <summary>Registers a value that no message, log or report of the infrastructure may show.</summary>
    public void AddSecret(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        _launch.Redactor.Add(secret);
    }

    /// <summary>
    /// Registers what is secret in a setting: the value if the name is that of a secret, such as <c>API_KEY</c>; else the
    /// password of a connection string or an address in it.
    /// </summary>
    public void AddSecretsOf(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        _launch.Redactor.AddFromSetting(name, value);
    }

    /// <summary>Returns a text without the secrets that are registered.</summary>
    public string Redact(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _launch.Redactor.Redact(text);
    }

    /// <summary>
    /// Finds the keys of a configuration that may have been meant by a key that does not exist, the most similar first: with
    /// other separators, with a typing mistake, or with the same last part in another section.
    /// </summary>
    /// <param name="key">The key that was written. Case makes no difference.</param>
    /// <param name="candidates">The keys that there are. The key itself is never found among them.</param>
    /// <param name="count">The most that are returned.</param>
    public static IReadOnlyList<string> FindSimilarKeys(string key, IEnumerable<string> candidates, int count = 3)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(candidates);
        return KeySimilarity.Nearest(key, candidates, count);
    }

    /// <summary>Sets what the start is waiting for from now on; the message of a failed start names it.</summary>
    public void WaitsFor(string what)
    {
        ArgumentException.ThrowIfNullOrEmpty(what);
        _launch.Evidence.WaitingFor = what;
    }

    /// <summary>
    /// Runs code that is not the service's own, such as a delegate of its settings. It runs on the thread pool and is waited
    /// for only until the start's limit, even if it blocks or ignores its token.
    /// </summary>
    /// <param name="what">Its name in messages: <c>Initialize</c>.</param>
    /// <param name="step">The code.</param>
    /// <param name="cancellationToken">The start's token.</param>
    /// <exception cref="OperationCanceledException">The limit has passed, or the start was cancelled.</exception>
    public async Task RunAsync(string what, Func<CancellationToken, Task> step, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(step);
        WaitsFor(what);
        try
        {
            await BoundedCall.RunInnerAsync(step, TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (StillRunningException)
        {
            WaitsFor($"{what}, which still runs: it ignores its cancellation token");
            throw;
        }
    }

    /// <summary>
    /// Waits until a probe succeeds: it is tried at once and then with pauses of 10 to 250 ms, each try within 5 s. The tries
    /// are listed in the message of a failed start.
    /// </summary>
    /// <param name="probe">The probe.</param>
    /// <param name="target">What is probed.</param>
    /// <param name="ended">Fails, with the reason, as soon as the target cannot get ready any more.</param>
    /// <exception cref="ReadinessTimeoutException">The start's limit has passed.</exception>
    /// <exception cref="OperationCanceledException">The start was cancelled.</exception>
    public Task WaitUntilReadyAsync(Probe probe, IProbeTarget target, Task ended)
    {
        ArgumentNullException.ThrowIfNull(probe);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(ended);
        _launch.Reporter.Report(ServiceName, ServiceStage.Probing, detail: probe.ToString());
        return ReadinessWaiter.WaitAsync(probe, target, ended, _launch.Deadline, _launch.Evidence, TimeProvider);
    }

    /// <summary>
    /// Has something disposed of if this start fails or is cancelled, the latest first, even if the service's
    /// <see cref="TestService.StartAsync"/> ignores its token and is no longer waited for.
    /// </summary>
    /// <exception cref="OperationCanceledException">The start has ended already; it was disposed of at once.</exception>
    public void DisposeOnFailure(IAsyncDisposable resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        _made.Add(resource);
    }

    /// <summary>
    /// Owns containers that the service makes without this library, such as by another client of the engine. Returns
    /// when they may be made: from then on what carries the ownership's labels is removed, however this process ends. It is
    /// disposed of if this start fails; else the service's run disposes of it.
    /// </summary>
    /// <exception cref="EngineUnavailableException">No container engine answered.</exception>
    [Experimental(Experiments.WritingServices)]
    public async Task<ContainerOwnership> OwnContainersAsync(CancellationToken cancellationToken)
    {
        var ownership = await Launcher.OwnContainersAsync(ServiceName, _launch, cancellationToken).ConfigureAwait(false);
        DisposeOnFailure(ownership);
        return ownership;
    }
}
