using IntegrationKit.Readiness;

namespace IntegrationKit.Launching;

/// <summary>
/// A server that several infrastructures of this process use, each a slice of it. It is started for its first user, within
/// a limit of its own: that one may be cancelled while others wait.
/// </summary>
internal abstract class SharedServer(Launcher launcher)
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StoryLimit = TimeSpan.FromSeconds(5);

    private readonly StartEvidence _evidence = new();
    private readonly SemaphoreSlim _networkGate = new(1, 1);
    private readonly HashSet<string> _networks = new(StringComparer.Ordinal);
    private RunningContainer? _container;
    private Task _start = Task.CompletedTask;
    private int _stopping;

    /// <summary>How many services use it. Guarded by the registry's lock.</summary>
    public int Users { get; set; }

    /// <summary>Whether it goes with its last user. Guarded by the registry's lock.</summary>
    public bool IsRetired { get; set; }

    /// <summary>Whether a further user can be sent to it.</summary>
    public bool IsUsable => _start is { IsFaulted: false, IsCanceled: false } && _container is not { Ended.IsCompleted: true };

    public string Name => _container?.Name ?? "a shared server";

    public RunningContainer Container => _container ?? throw new InvalidOperationException("The shared server has not started.");

    /// <summary>Starts it in the background.</summary>
    public void Begin(LaunchContext first, TimeSpan timeout, TimeProvider timeProvider) => _start = Task.Run(async () =>
    {
        using var deadline = new Deadline(timeout, "its StartTimeout", timeProvider, CancellationToken.None);
        try
        {
            _container = await launcher.LaunchAsync(Describe(), first with { Deadline = deadline, Evidence = _evidence }).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (deadline.Passed is not null)
        {
            throw new TimeoutException($"It was not ready within {Text.Seconds(timeout)}, its StartTimeout.", e);
        }
    });

    /// <summary>Waits until it is ready. A failure is told to each user with all that was found.</summary>
    public async Task WaitAsync(LaunchContext user)
    {
        try
        {
            await _start.WaitAsync(user.Deadline.Token).ConfigureAwait(false);
        }
        catch (Exception) when (!_start.IsCompletedSuccessfully)
        {
            if (user.Deadline.Passed is not null)
            {
                // Both limits began in the same moment, and the other one's story is about to be complete.
                await _start.WaitAsync(StoryLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            user.Evidence.CopyFrom(_evidence);
            if (_start.IsFaulted)
            {
                await _start.ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <summary>Puts it on an infrastructure's network. Other containers reach it there by <see cref="RunningContainer.ShortId"/>.</summary>
    public async Task JoinAsync(NetworkLease network, CancellationToken cancellationToken)
    {
        await _networkGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_networks.Contains(network.Name))
            {
                await network.ConnectAsync(Container.Id, cancellationToken).ConfigureAwait(false);
                _networks.Add(network.Name);
            }
        }
        finally
        {
            _networkGate.Release();
        }
    }

    /// <summary>Removes it, also one whose start failed or is still going on. Idempotent.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _stopping, 1) != 0)
        {
            return;
        }

        using var limit = new CancellationTokenSource(StopLimit);
        await _start.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ReleaseAsync().ConfigureAwait(false);
        try
        {
            if (_container is not null)
            {
                await _container.RemoveAsync(gracefully: false, limit.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            await launcher.CloseAsync(limit.Token).ConfigureAwait(false);
        }
    }

    /// <summary>How its container is to run.</summary>
    protected abstract LaunchSpec Describe();

    /// <summary>Lets go of what this process holds of it.</summary>
    protected abstract ValueTask ReleaseAsync();
}
