namespace IntegrationKit.Services.Redis;

/// <summary>
/// Which keys of a database of a shared server were written to, by the server's keyspace notifications. It sends each of them when
/// the write is made, so what comes before the answer to a PING on the same connection is all that was written before it.
/// </summary>
internal sealed class RedisWatch : IAsyncDisposable
{
    /// <summary>The server's option: the events of all kinds, by their names.</summary>
    public const string Events = "EA";

    private readonly RespConnection _connection;
    private readonly Dictionary<(string Event, string Key), int> _own = [];

    private RedisWatch(RespConnection connection) => _connection = connection;

    /// <summary>Watches from here on.</summary>
    /// <returns>Null if the server does not notify.</returns>
    /// <exception cref="IOException">The server did not answer as Redis does.</exception>
    public static async Task<RedisWatch?> BeginAsync(Server server, string[] select, CancellationToken cancellationToken)
    {
        var connection = await RedisSlice.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
        try
        {
            var setting = await connection.ListAsync(cancellationToken, "CONFIG", "GET", "notify-keyspace-events").ConfigureAwait(false);
            if (setting is [_, var events] && Events.All(events.Contains))
            {
                await connection.ListAsync(cancellationToken, "PSUBSCRIBE", $"__keyevent@{select[1]}__:*").ConfigureAwait(false);
                return new(connection);
            }
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        await connection.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    /// <summary>The keys that others have written to since the last call, some of them maybe in vain.</summary>
    /// <exception cref="IOException">The connection was lost, or there are too many.</exception>
    public async Task<IReadOnlySet<string>> TakeAsync(CancellationToken cancellationToken)
    {
        var touched = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (channel, key) in await _connection.HearAsync(cancellationToken).ConfigureAwait(false))
        {
            var name = channel[(channel.IndexOf(':', StringComparison.Ordinal) + 1)..];
            if (!_own.TryGetValue((name, key), out var own))
            {
                touched.Add(key);
            }
            else if (own > 1)
            {
                _own[(name, key)] = own - 1;
            }
            else
            {
                _own.Remove((name, key));
            }
        }

        // All of them have come.
        _own.Clear();
        return touched;
    }

    /// <summary>Leaves out one event, which the reset itself has caused.</summary>
    public void Ignore(string name, string key) => _own[(name, key)] = _own.GetValueOrDefault((name, key)) + 1;

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
