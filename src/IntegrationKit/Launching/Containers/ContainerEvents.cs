using System.Collections.Concurrent;
using IntegrationKit.Engine;

namespace IntegrationKit.Launching.Containers;

/// <summary>
/// Learns from the engine's event stream which of the session's containers have ended. One stream serves all; after
/// every new connection each watched container is inspected, since the stream may have missed its end.
/// </summary>
internal sealed class ContainerEvents : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _watched = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _end = new();
    private readonly IContainerEngine _engine;
    private readonly string _label;
    private readonly TimeProvider _timeProvider;
    private readonly Task _following;

    private ContainerEvents(IContainerEngine engine, string label, IEngineEventStream stream, TimeProvider timeProvider)
    {
        (_engine, _label, _timeProvider) = (engine, label, timeProvider);
        _following = FollowAsync(stream);
    }

    /// <summary>Returns when the stream is open: an end that happens afterwards is seen.</summary>
    public static async Task<ContainerEvents> OpenAsync(
        IContainerEngine engine, string label, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        new(engine, label, await engine.FollowEventsAsync(label, cancellationToken).ConfigureAwait(false), timeProvider);

    /// <summary>Completes when the container has ended or is gone. To be called before its start.</summary>
    public Task Ended(string id) => _watched.GetOrAdd(id, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Forget(string id) => _watched.TryRemove(id, out _);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task FollowAsync(IEngineEventStream? stream)
    {
        var pause = FirstPause;
        while (!_end.IsCancellationRequested)
        {
            try
            {
                stream ??= await _engine.FollowEventsAsync(_label, _end.Token).ConfigureAwait(false);
                await using (((IAsyncDisposable)stream).ConfigureAwait(false))
                {
                    await InspectWatchedAsync().ConfigureAwait(false);
                    pause = FirstPause;
                    await foreach (var occurred in stream.WithCancellation(_end.Token).ConfigureAwait(false))
                    {
                        if (occurred.Action is "die" or "destroy" && _watched.TryGetValue(occurred.Id, out var watch))
                        {
                            watch.TrySetResult();
                        }
                    }
                }
            }
            catch (EngineException)
            {
                // The engine restarts, or has stopped: the waits have deadlines of their own.
            }

            stream = null;
            await Task.Delay(pause, _timeProvider, _end.Token).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task InspectWatchedAsync()
    {
        foreach (var (id, watch) in _watched)
        {
            var details = await _engine.Containers.InspectAsync(id, _end.Token).ConfigureAwait(false);
            if (details is null or { IsRunning: false, FinishedAt: not null })
            {
                watch.TrySetResult();
            }
        }
    }
}
