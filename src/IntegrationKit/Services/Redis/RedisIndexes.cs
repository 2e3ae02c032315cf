using System.Globalization;
using System.Text.RegularExpressions;

namespace IntegrationKit.Services.Redis;

/// <summary>What is kept for a shared server: which of its databases are free, and the channel prefixes that were used.</summary>
internal sealed partial class RedisIndexes(Server server, int databases)
{
    private readonly Lock _gate = new();
    private readonly Queue<int> _returned = new();
    private int _indexes;
    private int _slices;

    /// <summary>
    /// Takes an index that nobody uses, and empties it. Unused ones come first: a test that still runs may write to
    /// one that was released, so it is used again as late as possible. Index 0 is left out: clients without an index use it.
    /// </summary>
    /// <exception cref="IntegrationKitException">All are taken.</exception>
    public async Task<(int Index, string ChannelPrefix)> TakeAsync(RespConnection redis, CancellationToken cancellationToken)
    {
        var (index, slice) = Take();
        try
        {
            await RedisSlice.EmptyAsync(redis, index, cancellationToken).ConfigureAwait(false);
            return (index, $"slice-{slice}:");
        }
        catch
        {
            Return(index);
            throw;
        }
    }

    /// <summary>Ends the connections to a database, empties it, and releases it for others, even if that fails.</summary>
    public async Task CloseAsync(int index, CancellationToken cancellationToken)
    {
        try
        {
            var redis = await RedisSlice.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
            await using (redis.ConfigureAwait(false))
            {
                var clients = await redis.SendAsync(cancellationToken, "CLIENT", "LIST").ConfigureAwait(false) ?? string.Empty;
                foreach (Match client in Client().Matches(clients))
                {
                    if (int.Parse(client.Groups["database"].ValueSpan, CultureInfo.InvariantCulture) == index)
                    {
                        // The answer is the number of connections killed: 0 if it has closed by itself.
                        await redis.SendAsync(cancellationToken, "CLIENT", "KILL", "ID", client.Groups["id"].Value).ConfigureAwait(false);
                    }
                }

                await RedisSlice.EmptyAsync(redis, index, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            Return(index);
        }
    }

    /// <summary>Refuses parts of commands, which a start option cannot do. Redis before 7 has no such rule, and is left as it is.</summary>
    public static async Task RefuseWhatConcernsAllAsync(RespConnection redis, CancellationToken cancellationToken)
    {
        try
        {
            await redis.SendAsync(cancellationToken, "ACL", "SETUSER", "default", "-script|flush", "-function|flush").ConfigureAwait(false);
        }
        catch (IOException e) when (e.Message.Contains("ERR ", StringComparison.Ordinal))
        {
        }
    }

    private (int Index, int Slice) Take()
    {
        lock (_gate)
        {
            var index = _indexes < databases - 1 ? ++_indexes
                : _returned.TryDequeue(out var returned) ? returned
                : throw new IntegrationKitException(
                    $"All {databases - 1} databases of the shared Redis server are in use. Set OwnServer = true for some services, or stop infrastructures that are no longer needed.");
            return (index, ++_slices);
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
