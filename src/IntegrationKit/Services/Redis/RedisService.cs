using IntegrationKit.Launching;
using IntegrationKit.Services;
using IntegrationKit.Services.Redis;
using StackExchange.Redis;

namespace IntegrationKit;

/// <summary>A Redis server without persistence. A reset removes all keys, scripts and functions.</summary>
public sealed class RedisService() : ContainerizedService(ImageNames.Redis), IResettable
{
    /// <summary>The port inside the container.</summary>
    public const int ContainerPort = 6379;

    private readonly string _generatedPassword = Secret.Create();

    /// <summary>The password. Default null: a random one, which the connection strings carry.</summary>
    public string? Password { get; init; }

    /// <summary>For StackExchange.Redis, at the address that the tests reach.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    public string ConnectionString => ConnectionStringTo(Endpoint(ContainerPort));

    /// <summary>For StackExchange.Redis, at the address that other containers of this infrastructure reach.</summary>
    /// <exception cref="InvalidOperationException">The service is not running, or no other container refers to it.</exception>
    public string NetworkConnectionString
    {
        get
        {
            Container(nameof(NetworkConnectionString));
            return ConnectionStringTo(new(NetworkHost, ContainerPort));
        }
    }

    internal override IEnumerable<string> Secrets => [EffectivePassword];

    private string EffectivePassword => Password ?? _generatedPassword;

    /// <summary>Connects with StackExchange.Redis, admin commands allowed. The caller disposes the connection.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    /// <exception cref="RedisConnectionException">The connection could not be made.</exception>
    public async Task<ConnectionMultiplexer> ConnectAsync(CancellationToken cancellationToken = default)
    {
        var options = ConfigurationOptions.Parse(ConnectionString);
        options.AllowAdmin = true;
        return await ConnectionMultiplexer.ConnectAsync(options).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends PING and returns how long the answer took.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    /// <exception cref="IOException">The server did not answer as Redis does.</exception>
    public async Task<TimeSpan> PingAsync(CancellationToken cancellationToken = default)
    {
        var redis = await RespConnection.OpenAsync(Endpoint(ContainerPort), EffectivePassword, cancellationToken).ConfigureAwait(false);
        await using (redis.ConfigureAwait(false))
        {
            var begun = TimeProvider.System.GetTimestamp();
            await redis.SendAsync(cancellationToken, "PING").ConfigureAwait(false);
            return TimeProvider.System.GetElapsedTime(begun);
        }
    }

    /// <summary>Removes every key of every database, all scripts and functions. Open connections stay usable.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    /// <exception cref="IOException">The server did not answer as Redis does.</exception>
    public async Task ResetAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfNotRunning(nameof(ResetAsync));
        var redis = await RespConnection.OpenAsync(Endpoint(ContainerPort), EffectivePassword, cancellationToken).ConfigureAwait(false);
        await using (redis.ConfigureAwait(false))
        {
            await redis.SendAsync(cancellationToken, "FLUSHALL", "SYNC").ConfigureAwait(false);
            await redis.SendAsync(cancellationToken, "SCRIPT", "FLUSH", "SYNC").ConfigureAwait(false);
            try
            {
                await redis.SendAsync(cancellationToken, "FUNCTION", "FLUSH", "SYNC").ConfigureAwait(false);
            }
            catch (IOException e) when (e.Message.Contains("unknown command", StringComparison.OrdinalIgnoreCase))
            {
                // Redis before 7 has no functions.
            }
        }
    }

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Validate() =>
    [
        .. base.Validate(),
        .. Password is { Length: 0 } ? ["Password is empty. Leave it null for a random one."] : Array.Empty<string>(),
        .. Password?.Contains(',', StringComparison.Ordinal) is true
            ? ["Password has a comma, which a StackExchange.Redis connection string cannot carry."] : Array.Empty<string>(),
    ];

    private protected override LaunchSpec Describe() => new()
    {
        Service = Name,
        Image = Image,
        Command = ["redis-server", "--requirepass", EffectivePassword, "--save", "", "--appendonly", "no"],
        Labels = Labels.AsReadOnly(),
        Ports = [new(ContainerPort, Port)],
        VolumesInMemory = true,
        Readiness = Readiness ?? Probe.Custom("login and PING", async (target, token) =>
        {
            var redis = await RespConnection.OpenAsync(target.Endpoint(ContainerPort), EffectivePassword, token).ConfigureAwait(false);
            await using (redis.ConfigureAwait(false))
            {
                await redis.SendAsync(token, "PING").ConfigureAwait(false);
            }
        }),
        NetworkAliases = NetworkAliases,
    };

    private string ConnectionStringTo(ServiceEndpoint endpoint)
    {
        var options = new ConfigurationOptions { Password = EffectivePassword };
        options.EndPoints.Add(endpoint.Host, endpoint.Port);
        return options.ToString(includePassword: true);
    }
}
