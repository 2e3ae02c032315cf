using IntegrationKit.Diagnostics;
using IntegrationKit.Launching;
using IntegrationKit.Limits;

namespace IntegrationKit.Sharing;

/// <summary>
/// A server from its start to its removal. One that is shared is started within a limit of its own, since its first user may
/// be cancelled while others wait.
/// </summary>
internal sealed class ServerInstance(Server server, IServer process, ILauncher launcher, Redactor redactor, TimeSpan stopLimit, TimeProvider timeProvider)
{
    // Both limits began at the same time, and the start's own error is about to come.
    private static readonly TimeSpan ExplanationLimit = TimeSpan.FromSeconds(5);

    private readonly StartEvidence _evidence = new(redactor);
    private readonly SemaphoreSlim _stopGate = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private Task _start = Task.CompletedTask;
    private Task? _collection;
    private volatile bool _isBeingRemoved;
    private bool _isStopped;

    public Server Server => server;

    public IServer Process => process;

    public ILauncher Launcher => launcher;

    public Redactor Redactor => redactor;

    /// <summary>How many services use it. Guarded by the registry's lock.</summary>
    public int Users { get; set; }

    /// <summary>Whether it is stopped when its last user has stopped. Guarded by the registry's lock.</summary>
    public bool IsRetired { get; set; }

    /// <summary>Whether it can get a further user.</summary>
    public bool IsUsable => _start is { IsFaulted: false, IsCanceled: false } && !process.Ended.IsCompleted;

    /// <summary>Starts it in the background, for all who wait for it.</summary>
    public void BeginShared(LaunchContext first, TimeSpan timeout) => _start = Task.Run(async () =>
    {
        using var deadline = new Deadline(timeout, "its StartTimeout", timeProvider, _stopping.Token);
        try
        {
            await StartAsync(first with { Deadline = deadline, Evidence = _evidence, Redactor = redactor }).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (deadline.Passed is not null)
        {
            throw new TimeoutException($"It was not ready within {Text.Seconds(timeout)}, its StartTimeout.", e);
        }
    }).Observed();

    /// <summary>Starts it for its only user, within that user's limit.</summary>
    public void BeginOwn(LaunchContext user) => _start = StartAsync(user).Observed();

    /// <summary>Waits until it is ready. A failure is thrown to each user, with all that was found.</summary>
    public async Task WaitAsync(LaunchContext user)
    {
        if (!server.IsShared)
        {
            await _start.ConfigureAwait(false);
            return;
        }

        user.Redactor.AddAll(redactor);

        try
        {
            await _start.WaitAsync(user.Deadline.Token).ConfigureAwait(false);
        }
        catch (Exception) when (!_start.IsCompletedSuccessfully)
        {
            if (user.Deadline.Passed is not null)
            {
                await _start.WaitAsync(ExplanationLimit, timeProvider, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            user.Evidence.CopyFrom(_evidence);
            if (_start.IsFaulted)
            {
                await _start.ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <summary>Collects what it knows about the failed start of one of its users; once for all of them if its own start has failed.</summary>
    public async Task CollectEvidenceAsync(StartEvidence evidence)
    {
        if (!server.IsShared || _start.IsCompletedSuccessfully)
        {
            await process.CollectEvidenceAsync(evidence).ConfigureAwait(false);
            return;
        }

        Task collection;
        lock (_gate)
        {
            collection = _collection ??= process.CollectEvidenceAsync(_evidence);
        }

        await collection.ConfigureAwait(false);
        evidence.CopyFrom(_evidence);
    }

    /// <summary>Removes it, even if its start failed or is still going on. Idempotent; if it throws, it is to be called again.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _stopGate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_isStopped)
            {
                return;
            }

            using (var limit = new CancellationTokenSource(stopLimit, timeProvider))
            {
                await _start.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await server.DisposePartsAsync(limit.Token).ConfigureAwait(false);
            }

            _isBeingRemoved = true;
            using (var limit = new CancellationTokenSource(stopLimit, timeProvider))
            {
                await process.StopAsync(limit.Token).ConfigureAwait(false);
                if (server.IsShared)
                {
                    await launcher.CloseAsync(limit.Token).ConfigureAwait(false);
                }
            }

            _isStopped = true;
        }
        finally
        {
            _stopGate.Release();
        }
    }

    /// <summary>The wait ends at its limit: a probe of the user's own may ignore its token or block its thread.</summary>
    private Task StartAsync(LaunchContext context) => BoundedCall.RunInnerAsync(
        async _ =>
        {
            try
            {
                await process.StartAsync(context, server).ConfigureAwait(false);
            }
            finally
            {
                if (_isBeingRemoved)
                {
                    await RemoveLateAsync().ConfigureAwait(false);
                }
            }
        },
        timeProvider,
        context.Deadline.Token);

    /// <summary>Removes what a start has made after the server was removed.</summary>
    private async Task RemoveLateAsync()
    {
        using var limit = new CancellationTokenSource(stopLimit, timeProvider);
        await process.StopAsync(limit.Token).ConfigureAwait(false);
    }
}
