using System.Globalization;
using IntegrationKit.Services.Redis;
using StackExchange.Redis;

namespace IntegrationKit;

/// <summary>
/// A Redis server without persistence. A reset brings the keys of the baseline back and removes all others; on a server of its
/// own also the functions, the configuration and the users. Scripts that were loaded stay, as EVALSHA expects.
/// </summary>
/// <remarks>
/// On a shared server the service has a database index, a user and a channel prefix of its own, which the connection string
/// contains as <c>defaultDatabase</c>, <c>user</c> and <c>channelPrefix</c>. What concerns the whole server is refused there with
/// NOPERM, among it CONFIG SET, ACL, FUNCTION LOAD, SCRIPT FLUSH, MONITOR, CLIENT KILL and FLUSHALL: set
/// <see cref="ServerService{TSlice}.OwnServer"/>. docs/redis.md has the list. Sharing needs Redis 7 or later.
/// </remarks>
public sealed class RedisService() : ServerService<RedisSlice>(RedisImage.Name)
{
    /// <summary>The port inside the container.</summary>
    public const int ContainerPort = 6379;

    /// <summary>The password. Default null: a random one, which the connection strings contain.</summary>
    public string? Password { get; init; }

    /// <summary>For StackExchange.Redis, at the address that the tests reach.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    public string ConnectionString
    {
        get
        {
            var slice = GetSlice();
            return slice.OptionsFor(slice.Endpoint).ToString(includePassword: true);
        }
    }

    /// <summary>For StackExchange.Redis, at the address that other containers of this infrastructure reach.</summary>
    /// <exception cref="InvalidOperationException">The service is not running, or no other container refers to it.</exception>
    public string NetworkConnectionString => GetSlice().OptionsFor(new(NetworkHost, ContainerPort)).ToString(includePassword: true);

    /// <summary>How many databases a shared server has. 10,000 take 5 MB of memory.</summary>
    internal int SharedDatabases { get; init; } = 10_000;

    /// <summary>Connects with StackExchange.Redis, admin commands allowed. The caller disposes the connection.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    /// <exception cref="RedisConnectionException">The connection could not be made.</exception>
    public async Task<ConnectionMultiplexer> ConnectAsync(CancellationToken cancellationToken = default)
    {
        var slice = GetSlice();
        var options = slice.OptionsFor(slice.Endpoint);
        options.AllowAdmin = true;
        var connecting = ConnectionMultiplexer.ConnectAsync(options);
        try
        {
            return await connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The client takes no token: a connection that comes later is not used by anybody.
            _ = DisposeLateAsync(connecting);
            throw;
        }
    }

    /// <summary>Sends PING and returns how long the answer took.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    /// <exception cref="IOException">The server did not answer as Redis does.</exception>
    public async Task<TimeSpan> PingAsync(CancellationToken cancellationToken = default)
    {
        var redis = await RedisSlice.ConnectAsync(GetSlice().Server, cancellationToken).ConfigureAwait(false);
        await using (redis.ConfigureAwait(false))
        {
            var begun = TimeProvider.System.GetTimestamp();
            await redis.SendAsync(cancellationToken, "PING").ConfigureAwait(false);
            return TimeProvider.System.GetElapsedTime(begun);
        }
    }

    /// <inheritdoc/>
    protected override IEnumerable<string> Validate() =>
    [
        .. base.Validate(),
        .. PasswordProblem() is { } problem ? [problem] : Array.Empty<string>(),
    ];

    /// <inheritdoc/>
    protected override ServerSpec Describe(DescribeContext context)
    {
        // Given to the server when it runs.
        context.GetSecret(RedisImage.AdministratorPassword);
        return new()
        {
            Entrypoint = RedisImage.Entrypoint,
            Command = context.IsShared
                ? RedisImage.Command("--databases", SharedDatabases.ToString(CultureInfo.InvariantCulture), "--notify-keyspace-events", RedisWatch.Events)
                : RedisImage.Command(),
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [RedisImage.PasswordVariable] = RedisImage.Quoted(context.GetSecret(RedisImage.Password, Password)),
            },
            Ports = [ContainerPort],
            VolumesInMemory = true,
            Readiness = Server.ReadyWhen("login and PING", async (server, token) =>
            {
                var redis = await RedisAdministrator.Of(server).LogInAsync(token).ConfigureAwait(false);
                await using (redis.ConfigureAwait(false))
                {
                    await redis.SendAsync(token, "PING").ConfigureAwait(false);
                }
            }),
        };
    }

    /// <inheritdoc/>
    protected override Task<RedisSlice> TakeSliceAsync(Server server, StartContext start, CancellationToken cancellationToken)
    {
        start.WaitsFor("its part of the server");
        return RedisSlice.TakeAsync(server, SharedDatabases, cancellationToken);
    }

    private static async Task DisposeLateAsync(Task<ConnectionMultiplexer> connecting)
    {
        try
        {
            await (await connecting.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It could not connect, and nobody waits for it any more.
        }
    }

    private string? PasswordProblem() => Password switch
    {
        { Length: 0 } => "Password is empty. Leave it null for a random one.",
        not null when Password.Contains(',', StringComparison.Ordinal) => "Password has a comma, which a StackExchange.Redis connection string cannot carry.",
        not null when Password.Trim() != Password => "Password begins or ends with white space, which a StackExchange.Redis connection string cannot carry.",
        _ => null,
    };
}
