using IntegrationKit.Diagnostics;
using IntegrationKit.Launching;
using IntegrationKit.Limits;

namespace IntegrationKit.Sharing;

/// <summary>
/// A server from its start to its removal. One that is shared is started within a limit of its own, since its first user may
/// be cancelled while others wait.
/// </summary>
internal sealed class ServerInstance
{
    // Both limits began at the same time, and the start's own error is about to come.
    private static readonly TimeSpan ExplanationLimit = TimeSpan.FromSeconds(5);

    // What is kept for a server that does not answer ends with it.
    private static readonly TimeSpan SilentPartsLimit = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _stopLimit;
    private readonly TimeProvider _timeProvider;
    private readonly AnswerCheck _answers;
    private readonly StartEvidence _evidence;
    private readonly SemaphoreSlim _stopGate = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private Task _start = Task.CompletedTask;
    private Task? _collection;
    private volatile bool _isBeingRemoved;
    private bool _isStopped;

    public ServerInstance(Server server, IServer process, ILauncher launcher, Redactor redactor, TimeSpan stopLimit, TimeSpan answerLimit, TimeProvider timeProvider)
    {
        (Server, Process, Launcher, Redactor, _stopLimit, _timeProvider) = (server, process, launcher, redactor, stopLimit, timeProvider);
        _evidence = new(redactor);
        _answers = new(process, answerLimit, Retire, timeProvider);
    }

    public Server Server { get; }

    public IServer Process { get; }

    public ILauncher Launcher { get; }

    public Redactor Redactor { get; }

    /// <summary>How many services use it. Guarded by the registry's lock.</summary>
    public int Users { get; set; }

    /// <summary>Whether it is stopped when its last user has stopped. Guarded by the registry's lock.</summary>
    public bool IsRetired { get; set; }

    /// <summary>Whether it can get a further user.</summary>
    public bool IsUsable => _start is { IsFaulted: false, IsCanceled: false } && !Process.Ended.IsCompleted;

    /// <summary>Whether it gave no answer when it was asked last.</summary>
    public bool IsSilent => _answers.IsSilent;

    /// <summary>Says that it runs but does not answer; null if it does. One that does not gets no further users.</summary>
    public Task<string?> FindSilenceAsync(CancellationToken cancellationToken) => _answers.FindSilenceAsync(cancellationToken);

    /// <summary>Starts it in the background, for all who wait for it.</summary>
    public void BeginShared(LaunchContext first, TimeSpan timeout) => _start = Task.Run(async () =>
    {
        using var deadline = new Deadline(timeout, "its StartTimeout", _timeProvider, _stopping.Token);
        try
        {
            await StartAsync(first with { Deadline = deadline, Evidence = _evidence, Redactor = Redactor }).ConfigureAwait(false);
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
        if (!Server.IsShared)
        {
            await _start.ConfigureAwait(false);
            return;
        }

        user.Redactor.AddAll(Redactor);

        try
        {
            await _start.WaitAsync(user.Deadline.Token).ConfigureAwait(false);
        }
        catch (Exception) when (!_start.IsCompletedSuccessfully)
        {
            if (user.Deadline.Passed is not null)
            {
                await _start.WaitAsync(ExplanationLimit, _timeProvider, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
        if (!Server.IsShared || _start.IsCompletedSuccessfully)
        {
            await Process.CollectEvidenceAsync(evidence).ConfigureAwait(false);
            return;
        }

        Task collection;
        lock (_gate)
        {
            collection = _collection ??= Process.CollectEvidenceAsync(_evidence);
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

            using (var limit = new CancellationTokenSource(_stopLimit, _timeProvider))
            {
                await _start.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (IsSilent)
                {
                    limit.CancelAfter(SilentPartsLimit);
                }

                await Server.DisposePartsAsync(limit.Token).ConfigureAwait(false);
            }

            _isBeingRemoved = true;
            using (var limit = new CancellationTokenSource(_stopLimit, _timeProvider))
            {
                await Process.StopAsync(limit.Token).ConfigureAwait(false);
                if (Server.IsShared)
                {
                    await Launcher.CloseAsync(limit.Token).ConfigureAwait(false);
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
                await Process.StartAsync(context, Server).ConfigureAwait(false);
            }
            finally
            {
                if (_isBeingRemoved)
                {
                    await RemoveLateAsync().ConfigureAwait(false);
                }
            }
        },
        _timeProvider,
        context.Deadline.Token);

    private void Retire()
    {
        Log.ServerSilent(Server.Logger, Server.Name, Server.Id[..Math.Min(12, Server.Id.Length)]);
        SharedServers.Retire(this);
    }

    /// <summary>Removes what a start has made after the server was removed.</summary>
    private async Task RemoveLateAsync()
    {
        using var limit = new CancellationTokenSource(_stopLimit, _timeProvider);
        await Process.StopAsync(limit.Token).ConfigureAwait(false);
    }
}
