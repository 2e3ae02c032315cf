using System.Globalization;
using IntegrationKit.Launching;
using IntegrationKit.Services;
using IntegrationKit.Services.Redis;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace IntegrationKit;

/// <summary>A Redis server without persistence. A reset brings the keys of the baseline back and removes all others, and scripts.</summary>
/// <remarks>
/// On a shared server the service has a database index and a channel prefix of its own, which the connection string carries as
/// <c>defaultDatabase</c> and <c>channelPrefix</c>. Scripts and functions belong to the whole server and stay; FLUSHALL, SWAPDB,
/// SHUTDOWN and, from Redis 7 on, SCRIPT FLUSH and FUNCTION FLUSH are refused there.
/// </remarks>
public sealed class RedisService() : ShareableService(ImageNames.Redis), IResettable
{
    /// <summary>The port inside the container.</summary>
    public const int ContainerPort = 6379;

    private readonly string _generatedPassword = Secret.Create();
    private RedisBaseline _baseline = RedisBaseline.Empty;
    private RedisSlice? _slice;

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

    /// <summary>How many databases a shared server has. 10,000 cost it 5 MB.</summary>
    internal int SharedDatabases { get; init; } = 10_000;

    private protected override IEnumerable<string?> ServerSettings => [Password, $"{SharedDatabases}"];

    private string EffectivePassword => UsesSharedServer && SharedServer<RedisServer>() is { } shared ? shared.Password : OwnPassword;

    private string OwnPassword => Password ?? _generatedPassword;

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

    /// <summary>
    /// Brings the keys of the baseline back and removes all others. On a server of its own that is so for every database, and
    /// scripts go too. Open connections stay usable.
    /// </summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    /// <exception cref="IOException">The server did not answer as Redis does.</exception>
    /// <exception cref="IntegrationKitException">A client uses the shared server without heed of its index.</exception>
    public async Task ResetAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfNotRunning(nameof(ResetAsync));
        var redis = await ConnectItselfAsync(cancellationToken).ConfigureAwait(false);
        await using (redis.ConfigureAwait(false))
        {
            await (_slice is null ? EmptyServerAsync(redis, cancellationToken) : RedisSlice.EmptyAsync(redis, _slice.Index, cancellationToken)).ConfigureAwait(false);
            await _baseline.RestoreAsync(redis, cancellationToken).ConfigureAwait(false);
            if (_slice is not null)
            {
                await RedisSlice.CheckNobodyIgnoresItsIndexAsync(redis, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Makes the present keys the baseline.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    /// <exception cref="IOException">The server did not answer as Redis does.</exception>
    public async Task CaptureBaselineAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfNotRunning(nameof(CaptureBaselineAsync));
        if (!IsTouched)
        {
            return;
        }

        var redis = await ConnectItselfAsync(cancellationToken).ConfigureAwait(false);
        await using (redis.ConfigureAwait(false))
        {
            _baseline = _slice is null
                ? await RedisBaseline.CaptureAllAsync(redis, cancellationToken).ConfigureAwait(false)
                : await RedisBaseline.CaptureAsync(redis, _slice.Index, cancellationToken).ConfigureAwait(false);
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

    private protected override LaunchSpec Describe() => Launch(OwnPassword) with
    {
        Readiness = Readiness ?? LoginAndPing(OwnPassword),
        NetworkAliases = NetworkAliases,
    };

    private protected override SharedServer MakeServer(Launcher launcher, ILogger logger)
    {
        var spec = Launch(
            OwnPassword,
            ["--databases", SharedDatabases.ToString(CultureInfo.InvariantCulture), "--rename-command", "FLUSHALL", "", "--rename-command", "SWAPDB", "", "--rename-command", "SHUTDOWN", ""]);
        return new RedisServer(spec with { Readiness = LoginAndPing(OwnPassword) }, OwnPassword, SharedDatabases, launcher);
    }

    private protected override async Task TakeSliceAsync(LaunchContext context, CancellationToken cancellationToken)
    {
        context.Evidence.WaitingFor = "its database of the shared server";
        var server = SharedServer<RedisServer>();
        _slice = server.Take();
        var redis = await server.ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using (redis.ConfigureAwait(false))
        {
            await RedisServer.RefuseWhatConcernsAllAsync(redis, cancellationToken).ConfigureAwait(false);
            await RedisSlice.EmptyAsync(redis, _slice.Index, cancellationToken).ConfigureAwait(false);
        }
    }

    private protected override async Task ReturnSliceAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _slice, null) is { } slice)
        {
            var server = SharedServer<RedisServer>();
            await server.CloseDatabaseAsync(slice.Index, cancellationToken).ConfigureAwait(false);
            server.Return(slice);
        }
    }

    private protected override ValueTask ReleaseAsync()
    {
        _baseline = RedisBaseline.Empty;
        return ValueTask.CompletedTask;
    }

    private static Probe LoginAndPing(string password) => Probe.Custom("login and PING", async (target, token) =>
    {
        var redis = await RespConnection.OpenAsync(target.Endpoint(ContainerPort), password, token).ConfigureAwait(false);
        await using (redis.ConfigureAwait(false))
        {
            await redis.SendAsync(token, "PING").ConfigureAwait(false);
        }
    });

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

    private LaunchSpec Launch(string password, IReadOnlyList<string>? options = null) => new()
    {
        Service = Name,
        Image = Image,
        Command = ["redis-server", "--requirepass", password, "--save", "", "--appendonly", "no", .. options ?? []],
        Labels = Labels.AsReadOnly(),
        Ports = [new(ContainerPort, Port)],
        VolumesInMemory = true,
        MemoryLimit = MemoryLimit,
    };

    /// <summary>A connection of the library's own, which counts as no touch.</summary>
    private Task<RespConnection> ConnectItselfAsync(CancellationToken cancellationToken) =>
        RespConnection.OpenAsync(Server.Endpoint(ContainerPort), EffectivePassword, cancellationToken);

    private string ConnectionStringTo(ServiceEndpoint endpoint)
    {
        var options = new ConfigurationOptions { Password = EffectivePassword };
        options.EndPoints.Add(endpoint.Host, endpoint.Port);
        if (_slice is not null)
        {
            options.DefaultDatabase = _slice.Index;
            options.ChannelPrefix = RedisChannel.Literal(_slice.ChannelPrefix);
        }

        return options.ToString(includePassword: true);
    }
}
