using System.Globalization;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using IntegrationKit.Services.Redis;
using StackExchange.Redis;

namespace IntegrationKit;

/// <summary>One service's part of a server: on a shared one an index, a user and a channel prefix, which are never used a second time; else all of it.</summary>
public sealed class RedisSlice : ServerSlice
{
    private readonly RedisIndexes? _indexes;
    private readonly RedisPlace? _place;
    private RedisBaseline _baseline = RedisBaseline.Empty;
    private RedisDatabaseReset? _reset;
    private RedisSettings? _settings;

    private RedisSlice(Server server, RedisSettings settings)
        : base(server) => _settings = settings;

    private RedisSlice(Server server, RedisIndexes indexes, RedisPlace place)
        : base(server) => (_indexes, _place, _reset) = (indexes, place, RedisDatabaseReset.Empty(server, place.Index));

    internal ServiceEndpoint Endpoint => Server.Endpoint(RedisService.ContainerPort);

    /// <summary>Brings the keys of the baseline back and removes all others; on a server of its own also functions, configuration and users.</summary>
    /// <exception cref="IOException">The server did not answer as Redis does.</exception>
    /// <exception cref="IntegrationKitException">A client uses the shared server and ignores its index, or the server refuses to take back a setting.</exception>
    public override async Task ResetAsync(CancellationToken cancellationToken)
    {
        if (_reset is not null)
        {
            await _reset.RunAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        var redis = await ConnectAsync(Server, cancellationToken).ConfigureAwait(false);
        await using (redis.ConfigureAwait(false))
        {
            await RedisWholeServer.RestoreSettingsAsync(redis, _settings!, cancellationToken).ConfigureAwait(false);
            if (!await _baseline.IsUnchangedAsync(redis, cancellationToken).ConfigureAwait(false))
            {
                await RedisWholeServer.EmptyAsync(redis, cancellationToken).ConfigureAwait(false);
                _baseline = await _baseline.RestoreAsync(redis, cancellationToken).ConfigureAwait(false);
            }

            await RedisWholeServer.ClearNotesAsync(redis, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override async Task CaptureBaselineAsync(CancellationToken cancellationToken)
    {
        var redis = await ConnectAsync(Server, cancellationToken).ConfigureAwait(false);
        await using (redis.ConfigureAwait(false))
        {
            if (_reset is not null)
            {
                var before = _reset;
                _reset = await RedisDatabaseReset.CaptureAsync(Server, redis, _place!.Index, cancellationToken).ConfigureAwait(false);
                await before.DisposeAsync().ConfigureAwait(false);
                _baseline = RedisBaseline.Of(_reset.Baseline);
                return;
            }

            _baseline = await RedisBaseline.CaptureAllAsync(redis, cancellationToken).ConfigureAwait(false);
            _settings = await RedisSettings.CaptureAsync(redis, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The keys that differ from the baseline's: those that were added, changed or removed, 20 of them by name.</summary>
    /// <exception cref="IOException">The server did not answer as Redis does.</exception>
    public override async Task<IReadOnlyList<Leftover>> FindLeftoversAsync(CancellationToken cancellationToken)
    {
        var redis = await ConnectAsync(Server, cancellationToken).ConfigureAwait(false);
        await using (redis.ConfigureAwait(false))
        {
            return await _baseline.FindLeftoversAsync(redis, _place?.Index, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the server's log, and then on a shared server what that has refused to this slice.</summary>
    public override IAsyncEnumerable<LogLine> ReadLogAsync(LogQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var lines = base.ReadLogAsync(query, cancellationToken);
        return _place is null || query.Follow ? lines : WithRefusalsAsync(lines, _place.User, query.Since, cancellationToken);
    }

    /// <summary>On a shared server, ends the connections of the slice and empties it: after a stop, old clients cannot reach the data.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (_indexes is not null)
        {
            await _reset!.DisposeAsync().ConfigureAwait(false);
            await _indexes.CloseAsync(_place!, CancellationToken.None).ConfigureAwait(false);
        }
    }

    internal static async Task<RedisSlice> TakeAsync(Server server, int databases, CancellationToken cancellationToken)
    {
        var redis = await ConnectAsync(server, cancellationToken).ConfigureAwait(false);
        await using (redis.ConfigureAwait(false))
        {
            if (!server.IsShared)
            {
                return new(server, await RedisSettings.CaptureAsync(redis, cancellationToken).ConfigureAwait(false));
            }

            var indexes = server.GetOrAdd(each => new RedisIndexes(each, databases));
            return new(server, indexes, await indexes.TakeAsync(redis, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>A connection of the library's own.</summary>
    internal static Task<RespConnection> ConnectAsync(Server server, CancellationToken cancellationToken) =>
        RedisAdministrator.Of(server).ConnectAsync(cancellationToken);

    internal static Task EmptyAsync(RespConnection redis, int index, CancellationToken cancellationToken) => redis.SendAllAsync(
        [["SELECT", index.ToString(CultureInfo.InvariantCulture)], ["FLUSHDB", "SYNC"]], cancellationToken);

    internal ConfigurationOptions OptionsFor(ServiceEndpoint endpoint)
    {
        var options = new ConfigurationOptions { Password = Server.GetSecret(RedisImage.Password) };
        options.EndPoints.Add(endpoint.Host, endpoint.Port);
        if (_place is not null)
        {
            options.User = _place.User;
            options.DefaultDatabase = _place.Index;
            options.ChannelPrefix = RedisChannel.Literal(_place.ChannelPrefix);
        }

        return options;
    }

    private async IAsyncEnumerable<LogLine> WithRefusalsAsync(
        IAsyncEnumerable<LogLine> lines, string user, DateTimeOffset? since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var line in lines.ConfigureAwait(false))
        {
            yield return line;
        }

        foreach (var line in await ReadRefusalsAsync(user, since, cancellationToken).ConfigureAwait(false))
        {
            yield return line;
        }
    }

    private async Task<IReadOnlyList<LogLine>> ReadRefusalsAsync(string user, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        try
        {
            var redis = await ConnectAsync(Server, cancellationToken).ConfigureAwait(false);
            await using (redis.ConfigureAwait(false))
            {
                return await RedisRefusals.ReadAsync(redis, user, since, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The log of a server that has ended can still be read.
            return [];
        }
    }
}
