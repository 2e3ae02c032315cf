using IntegrationKit.Diagnostics;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.Launching.Containers;

/// <summary>
/// The sessions that are open, one for each place where an engine is looked for. A session opens with its first user and
/// closes with the last. No lock is held while an engine is waited for.
/// </summary>
internal static class EngineSessions
{
    private static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(30);
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, Entry> Open = new(StringComparer.Ordinal);

    /// <summary>Opens the session, or joins the one that is open.</summary>
    /// <exception cref="EngineUnavailableException">No engine answered.</exception>
    public static async Task<EngineSession> JoinAsync(LauncherOptions options, ILogger logger, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var key = options.EngineKey;
        Entry? entry;
        lock (Gate)
        {
            if (!Open.TryGetValue(key, out entry) || entry.HasFailed)
            {
                // The first user may be cancelled while others wait, so the opening has a limit of its own.
                entry = new(() => OpenAsync(key, options, logger, timeProvider));
                Open[key] = entry;
            }

            entry.Users++;
        }

        try
        {
            return await entry.Session.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await LeaveAsync(entry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    /// <summary>Closes the session if this was its last user.</summary>
    public static Task LeaveAsync(EngineSession session)
    {
        Entry? entry;
        lock (Gate)
        {
            entry = Open.Values.FirstOrDefault(each => each.Is(session));
        }

        return entry is null ? Task.CompletedTask : LeaveAsync(entry);
    }

    private static async Task LeaveAsync(Entry entry)
    {
        lock (Gate)
        {
            if (--entry.Users > 0)
            {
                return;
            }

            foreach (var (key, _) in Open.Where(each => each.Value == entry).ToArray())
            {
                Open.Remove(key);
            }
        }

        if (entry.Session.IsCompleted)
        {
            await CloseAsync(entry).ConfigureAwait(false);
        }
        else
        {
            // Nobody waits for it any more.
            _ = CloseAsync(entry);
        }
    }

    private static async Task CloseAsync(Entry entry)
    {
        await ((Task)entry.Session).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (entry.Session.IsCompletedSuccessfully)
        {
            await (await entry.Session.ConfigureAwait(false)).CloseAsync().ConfigureAwait(false);
        }
    }

    private static async Task<EngineSession> OpenAsync(string key, LauncherOptions options, ILogger logger, TimeProvider timeProvider)
    {
        using var limit = new CancellationTokenSource(OpenLimit, timeProvider);
        try
        {
            return await EngineSession.OpenAsync(key, options, logger, timeProvider, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException($"The engine answered, but did not open its stream of events within {Text.Seconds(OpenLimit)}.", e);
        }
    }

    private sealed class Entry(Func<Task<EngineSession>> open)
    {
        private readonly Lazy<Task<EngineSession>> _session = new(open);

        /// <summary>Guarded by the gate.</summary>
        public int Users { get; set; }

        public Task<EngineSession> Session => _session.Value;

        public bool HasFailed => _session is { IsValueCreated: true, Value: { IsCompleted: true, IsCompletedSuccessfully: false } };

        public bool Is(EngineSession session) => _session is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true } opened } && opened.Result == session;
    }
}
