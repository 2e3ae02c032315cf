using System.Globalization;
using IntegrationKit.Services.Redis;
using StackExchange.Redis;

namespace IntegrationKit;

/// <summary>One service's part of a server: on a shared one an index and a channel prefix, which is never used a second time; else all of it.</summary>
public sealed class RedisSlice : ServerSlice
{
    private readonly RedisIndexes? _indexes;
    private readonly int _index;
    private readonly string _channelPrefix;
    private RedisBaseline _baseline = RedisBaseline.Empty;

    private RedisSlice(Server server, RedisIndexes? indexes, int index, string channelPrefix)
        : base(server) => (_indexes, _index, _channelPrefix) = (indexes, index, channelPrefix);

    internal ServiceEndpoint Endpoint => Server.Endpoint(RedisService.ContainerPort);

    /// <summary>Brings the keys of the baseline back and removes all others.</summary>
    /// <exception cref="IOException">The server did not answer as Redis does.</exception>
    /// <exception cref="IntegrationKitException">A client uses the shared server and ignores its index.</exception>
    public override async Task ResetAsync(CancellationToken cancellationToken)
    {
        var redis = await ConnectAsync(Server, cancellationToken).ConfigureAwait(false);
        await using (redis.ConfigureAwait(false))
        {
            await (_indexes is null ? EmptyServerAsync(redis, cancellationToken) : EmptyAsync(redis, _index, cancellationToken)).ConfigureAwait(false);
            await _baseline.RestoreAsync(redis, cancellationToken).ConfigureAwait(false);
            if (_indexes is not null)
            {
                await CheckNobodyIgnoresItsIndexAsync(redis, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public override async Task CaptureBaselineAsync(CancellationToken cancellationToken)
    {
        var redis = await ConnectAsync(Server, cancellationToken).ConfigureAwait(false);
        await using (redis.ConfigureAwait(false))
        {
            _baseline = _indexes is null
                ? await RedisBaseline.CaptureAllAsync(redis, cancellationToken).ConfigureAwait(false)
                : await RedisBaseline.CaptureAsync(redis, _index, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>On a shared server, ends the connections to the index and empties it: after a stop, old clients cannot reach the data.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (_indexes is not null)
        {
            await _indexes.CloseAsync(_index, CancellationToken.None).ConfigureAwait(false);
        }
    }

    internal static async Task<RedisSlice> TakeAsync(Server server, int databases, CancellationToken cancellationToken)
    {
        if (!server.IsShared)
        {
            return new(server, indexes: null, index: 0, channelPrefix: string.Empty);
        }

        var indexes = server.GetOrAdd(each => new RedisIndexes(each, databases));
        var redis = await ConnectAsync(server, cancellationToken).ConfigureAwait(false);
        await using (redis.ConfigureAwait(false))
        {
            await RedisIndexes.RefuseWhatConcernsAllAsync(redis, cancellationToken).ConfigureAwait(false);
            var (index, channelPrefix) = await indexes.TakeAsync(redis, cancellationToken).ConfigureAwait(false);
            return new(server, indexes, index, channelPrefix);
        }
    }

    /// <summary>A connection of the library's own.</summary>
    internal static Task<RespConnection> ConnectAsync(Server server, CancellationToken cancellationToken) =>
        RespConnection.OpenAsync(server.Endpoint(RedisService.ContainerPort), server.GetSecret(RedisImage.Password), cancellationToken);

    internal static Task EmptyAsync(RespConnection redis, int index, CancellationToken cancellationToken) => redis.SendAllAsync(
        [["SELECT", index.ToString(CultureInfo.InvariantCulture)], ["FLUSHDB", "SYNC"]], cancellationToken);

    internal ConfigurationOptions OptionsFor(ServiceEndpoint endpoint)
    {
        var options = new ConfigurationOptions { Password = Server.GetSecret(RedisImage.Password) };
        options.EndPoints.Add(endpoint.Host, endpoint.Port);
        if (_indexes is not null)
        {
            options.DefaultDatabase = _index;
            options.ChannelPrefix = RedisChannel.Literal(_channelPrefix);
        }

        return options;
    }

    private static async Task EmptyServerAsync(RespConnection redis, CancellationToken cancellationToken)
    {
        await redis.SendAllAsync([["FLUSHALL", "SYNC"], ["SCRIPT", "FLUSH", "SYNC"]], cancellationToken).ConfigureAwait(false);
        try
        {
            await redis.SendAsync(cancellationToken, "FUNCTION", "FLUSH", "SYNC").ConfigureAwait(false);
        }
        catch (IOException e) when (e.Message.Contains("unknown command", StringComparison.OrdinalIgnoreCase))
        {
            // Redis before 7 has no functions.
        }
    }

    /// <summary>Throws if there are keys in index 0, which no slice has, and removes them, so that the next test does not find them again.</summary>
    /// <exception cref="IntegrationKitException">There are some.</exception>
    private static async Task CheckNobodyIgnoresItsIndexAsync(RespConnection redis, CancellationToken cancellationToken)
    {
        var answers = await redis.SendAllAsync([["SELECT", "0"], ["DBSIZE"], ["RANDOMKEY"]], cancellationToken).ConfigureAwait(false);
        if (answers[1] == "0")
        {
            return;
        }

        await EmptyAsync(redis, 0, cancellationToken).ConfigureAwait(false);
        throw new IntegrationKitException(
            $"On the shared Redis server keys were found in database 0, which no service uses: {answers[1]}, '{answers[2]}' among them. " +
            "A client in this process ignores the defaultDatabase of its connection string. Pass the whole string on and ask for no database by number, or set OwnServer = true.");
    }
}
