using System.Globalization;

namespace IntegrationKit.Services.Redis;

/// <summary>
/// Brings one database of a shared server back to its baseline: the keys that were written to, as long as it is known which
/// those are; else all.
/// </summary>
internal sealed class RedisDatabaseReset : IAsyncDisposable
{
    private readonly Server _server;
    private readonly RedisDatabase _baseline;
    private readonly IReadOnlyList<string> _unwatched;
    private RespConnection? _connection;
    private RedisWatch? _watch;

    private RedisDatabaseReset(Server server, RedisDatabase baseline, RedisWatch? watch)
    {
        (_server, _baseline, _watch) = (server, baseline, watch);
        _unwatched = [.. baseline.Keys.Where(each => !each.Value.IsWatched).Select(each => each.Key)];
    }

    public RedisDatabase Baseline => _baseline;

    /// <summary>For a database that is empty.</summary>
    public static RedisDatabaseReset Empty(Server server, int index) => new(server, RedisDatabase.Empty(index), watch: null);

    /// <summary>Makes what there is the baseline.</summary>
    public static async Task<RedisDatabaseReset> CaptureAsync(Server server, RespConnection redis, int index, CancellationToken cancellationToken)
    {
        // What is written meanwhile is noticed.
        var watch = await RedisWatch.BeginAsync(server, RedisDatabase.Empty(index).Select, cancellationToken).ConfigureAwait(false);
        try
        {
            var capture = new RedisDatabaseReset(server, await RedisDatabase.NoteAsync(redis, index, cancellationToken).ConfigureAwait(false), watch);
            if (capture._baseline.Keys.Count == 0)
            {
                await capture.DisposeAsync().ConfigureAwait(false);
            }

            return capture;
        }
        catch when (watch is not null)
        {
            await watch.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Restores the database, over a connection that is kept, and looks for keys where no slice is.</summary>
    /// <exception cref="IOException">The server did not answer as Redis does.</exception>
    /// <exception cref="IntegrationKitException">A client ignores its index.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _connection, null) is { } kept)
        {
            try
            {
                await RunAsync(kept, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (IOException)
            {
                // It was lost, perhaps. What is wrong with the server shows again.
            }
        }

        await RunAsync(await RedisSlice.ConnectAsync(_server, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var each in new IAsyncDisposable?[] { Interlocked.Exchange(ref _connection, null), Interlocked.Exchange(ref _watch, null) })
        {
            if (each is not null)
            {
                await each.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task RunAsync(RespConnection redis, CancellationToken cancellationToken)
    {
        try
        {
            var keyspace = await RestoreAsync(redis, cancellationToken).ConfigureAwait(false);
            await RedisStrayKeys.CheckAsync(redis, keyspace, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await redis.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        _connection = redis;
    }

    /// <returns>What the server then has, as INFO answers it.</returns>
    private async Task<string> RestoreAsync(RespConnection redis, CancellationToken cancellationToken)
    {
        // A reset that does not end leaves nothing known.
        var watch = Interlocked.Exchange(ref _watch, null);
        try
        {
            var touched = await TakeTouchedAsync().ConfigureAwait(false);
            var keyspace = touched is null || touched.Count > _baseline.Keys.Count
                ? null
                : await TryRestoreAsync(redis, watch!, touched, cancellationToken).ConfigureAwait(false);
            if (keyspace is null)
            {
                watch ??= _baseline.Keys.Count == 0 ? null : await RedisWatch.BeginAsync(_server, _baseline.Select, cancellationToken).ConfigureAwait(false);
                keyspace = await RestoreAllAsync(redis, watch, cancellationToken).ConfigureAwait(false);
            }

            _watch = watch;
            return keyspace;
        }
        catch when (watch is not null)
        {
            await watch.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        async Task<IReadOnlySet<string>?> TakeTouchedAsync()
        {
            try
            {
                return watch is null ? null : await watch.TakeAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (IOException)
            {
                // The server closes a connection whose messages nobody reads when they become too many.
                await watch!.DisposeAsync().ConfigureAwait(false);
                watch = null;
                return null;
            }
        }
    }

    /// <summary>Puts back what was written to. FLUSHDB is no write to a key, so the number of keys has to be right in the end.</summary>
    /// <returns>As <see cref="RestoreAsync"/>; null if it is not.</returns>
    private async Task<string?> TryRestoreAsync(RespConnection redis, RedisWatch watch, IReadOnlySet<string> touched, CancellationToken cancellationToken)
    {
        string[] keys = [.. touched.Union(_unwatched)];
        var answers = await redis.SendAllAsync(
            [_baseline.Select, .. keys.Select(key => _baseline.Keys.ContainsKey(key) ? _baseline.Restore(key) : ["DEL", key]), ["DBSIZE"], RedisStrayKeys.Question],
            cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < keys.Length; i++)
        {
            if (answers[i + 1] != "0")
            {
                watch.Ignore(_baseline.Keys.ContainsKey(keys[i]) ? "restore" : "del", keys[i]);
            }
        }

        return answers[^2] == _baseline.Keys.Count.ToString(CultureInfo.InvariantCulture) ? answers[^1] : null;
    }

    private async Task<string> RestoreAllAsync(RespConnection redis, RedisWatch? watch, CancellationToken cancellationToken)
    {
        var answers = await redis.SendAllAsync(
            [_baseline.Select, ["FLUSHDB", "SYNC"], .. _baseline.Keys.Keys.Select(_baseline.Restore), RedisStrayKeys.Question], cancellationToken).ConfigureAwait(false);
        foreach (var key in _baseline.Keys.Keys)
        {
            watch?.Ignore("restore", key);
        }

        return answers[^1] ?? string.Empty;
    }
}
