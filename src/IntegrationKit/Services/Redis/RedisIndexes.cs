using System.Globalization;
using System.Text.RegularExpressions;

namespace IntegrationKit.Services.Redis;

/// <summary>What is kept for a shared server: which of its databases are free, and the channel prefixes that were used.</summary>
internal sealed partial class RedisIndexes(Server server, int databases)
{
    /// <summary>
    /// The first index that is given to a slice. A client that knows no index uses 0, and one that has several databases, by
    /// number, uses those below 16, which is all that a Redis has by default.
    /// </summary>
    public const int First = 16;

    private readonly Lock _gate = new();
    private readonly Queue<int> _returned = new();
    private int _indexes = First - 1;
    private int _slices;

    /// <summary>
    /// Takes an index that nobody uses, empties it, and makes a user for it. Unused ones come first: a test that still runs may
    /// write to one that was released, so it is used again as late as possible.
    /// </summary>
    /// <exception cref="IntegrationKitException">All are taken.</exception>
    public async Task<RedisPlace> TakeAsync(RespConnection redis, CancellationToken cancellationToken)
    {
        var place = Take();
        try
        {
            await redis.SendAsync(cancellationToken, RedisAccess.SetUser(place.User, server.GetSecret(RedisImage.Password), RedisAccess.Rules)).ConfigureAwait(false);
            await RedisSlice.EmptyAsync(redis, place.Index, cancellationToken).ConfigureAwait(false);
            return place;
        }
        catch
        {
            Return(place.Index);
            throw;
        }
    }

    /// <summary>Removes the user of a database, which ends its connections, ends others', empties it, and releases it for others, even if that fails.</summary>
    public async Task CloseAsync(RedisPlace place, CancellationToken cancellationToken)
    {
        try
        {
            var redis = await RedisSlice.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
            await using (redis.ConfigureAwait(false))
            {
                await redis.SendAsync(cancellationToken, "ACL", "DELUSER", place.User).ConfigureAwait(false);
                var clients = await redis.SendAsync(cancellationToken, "CLIENT", "LIST").ConfigureAwait(false) ?? string.Empty;
                foreach (Match client in Client().Matches(clients))
                {
                    if (int.Parse(client.Groups["database"].ValueSpan, CultureInfo.InvariantCulture) == place.Index)
                    {
                        // The answer is the number of connections killed: 0 if it has closed by itself.
                        await redis.SendAsync(cancellationToken, "CLIENT", "KILL", "ID", client.Groups["id"].Value).ConfigureAwait(false);
                    }
                }

                await RedisSlice.EmptyAsync(redis, place.Index, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            Return(place.Index);
        }
    }

    private RedisPlace Take()
    {
        lock (_gate)
        {
            var index = _indexes < databases - 1 ? ++_indexes
                : _returned.TryDequeue(out var returned) ? returned
                : throw new IntegrationKitException(
                    $"All {databases - First} databases of the shared Redis server are in use. Set OwnServer = true for some services, or stop infrastructures that are no longer needed.");
            return new(index, ++_slices);
        }
    }

    private void Return(int index)
    {
        lock (_gate)
        {
            _returned.Enqueue(index);
        }
    }

    [GeneratedRegex(@"^id=(?<id>\d+) .* db=(?<database>\d+) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Client();
}

/// <summary>Where a slice is on a shared server.</summary>
/// <param name="Index">The database's number.</param>
/// <param name="Number">The slice's, which no other slice of the server gets.</param>
internal sealed record RedisPlace(int Index, int Number)
{
    public string ChannelPrefix => $"slice-{Number}:";

    /// <summary>The user as which its clients log in. Redis names it where it refuses something.</summary>
    public string User => $"slice-{Number}-of-shared-server";
}
