using System.Globalization;
using System.Text.RegularExpressions;
using IntegrationKit.Launching;

namespace IntegrationKit.Services.Redis;

/// <summary>A server on which several services have a database index and a channel prefix each.</summary>
internal sealed partial class RedisServer(LaunchSpec spec, string password, int databases, Launcher launcher) : SharedServer(launcher)
{
    private readonly Lock _gate = new();
    private readonly Queue<int> _returned = new();
    private int _indexes;
    private int _slices;

    public string Password => password;

    /// <summary>
    /// Takes an index that nobody uses. Fresh ones come first, so that one which was given up, and to which a test that
    /// still runs may write, rests as long as can be. Index 0 is where clients go that know of none.
    /// </summary>
    /// <exception cref="IntegrationKitException">All are taken.</exception>
    public RedisSlice Take()
    {
        lock (_gate)
        {
            var index = _indexes < databases - 1 ? ++_indexes
                : _returned.TryDequeue(out var returned) ? returned
                : throw new IntegrationKitException(
                    $"All {databases - 1} databases of the shared Redis server are in use. Set OwnServer = true for some services, or stop infrastructures that are no longer needed.");
            return new(index, $"slice-{++_slices}:");
        }
    }

    public void Return(RedisSlice slice)
    {
        lock (_gate)
        {
            _returned.Enqueue(slice.Index);
        }
    }

    public Task<RespConnection> ConnectAsync(CancellationToken cancellationToken) =>
        RespConnection.OpenAsync(Container.Endpoint(RedisService.ContainerPort), password, cancellationToken);

    /// <summary>Ends the connections to a database, and empties it.</summary>
    public async Task CloseDatabaseAsync(int index, CancellationToken cancellationToken)
    {
        var redis = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using (redis.ConfigureAwait(false))
        {
            var clients = await redis.SendAsync(cancellationToken, "CLIENT", "LIST").ConfigureAwait(false) ?? string.Empty;
            foreach (Match client in Client().Matches(clients))
            {
                if (int.Parse(client.Groups["database"].ValueSpan, CultureInfo.InvariantCulture) == index)
                {
                    // The number of those that were killed: none where it has gone by itself.
                    await redis.SendAsync(cancellationToken, "CLIENT", "KILL", "ID", client.Groups["id"].Value).ConfigureAwait(false);
                }
            }

            await RedisSlice.EmptyAsync(redis, index, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What a start option cannot refuse since it is part of a command. Redis before 7 knows no such rule, and is left as it is.</summary>
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

    protected override LaunchSpec Describe() => spec with { Secrets = [password] };

    protected override ValueTask ReleaseAsync() => ValueTask.CompletedTask;

    [GeneratedRegex(@"^id=(?<id>\d+) .* db=(?<database>\d+) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Client();
}
