namespace IntegrationKit.Services.Redis;

/// <summary>
/// The library's own user of a server, kept for each server: a test that changes the password, or its user's rights, does not
/// lock the library out. On a shared server it is also the only one who may do what concerns all.
/// </summary>
internal sealed class RedisAdministrator(Server server)
{
    public const string Name = "integrationkit";

    private readonly SemaphoreSlim _gate = new(1, 1);
    private string? _user;
    private bool _isReady;

    public static RedisAdministrator Of(Server server) => server.GetOrAdd(each => new RedisAdministrator(each));

    /// <summary>Connects, after the users have been made.</summary>
    /// <exception cref="IOException">The server did not answer as Redis does.</exception>
    /// <exception cref="IntegrationKitException">The server is shared, and too old for that.</exception>
    public async Task<RespConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_isReady)
            {
                await PrepareAsync(cancellationToken).ConfigureAwait(false);
                _isReady = true;
            }
        }
        finally
        {
            _gate.Release();
        }

        return await LogInAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Connects as whoever there is so far.</summary>
    /// <exception cref="IOException">The server did not answer as Redis does.</exception>
    public Task<RespConnection> LogInAsync(CancellationToken cancellationToken) => RespConnection.OpenAsync(
        server.Endpoint(RedisService.ContainerPort), _user, server.GetSecret(_user is null ? RedisImage.Password : RedisImage.AdministratorPassword), cancellationToken);

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        List<string[]> commands = [RedisAccess.SetUser(Name, server.GetSecret(RedisImage.AdministratorPassword), "allkeys", "allchannels", "+@all")];
        if (server.IsShared)
        {
            commands.Add(RedisAccess.SetUser("default", server.GetSecret(RedisImage.Password), RedisAccess.Rules));
        }

        var redis = await LogInAsync(cancellationToken).ConfigureAwait(false);
        await using (redis.ConfigureAwait(false))
        {
            var answers = await redis.AskAllAsync(commands, cancellationToken).ConfigureAwait(false);

            // An attempt that was cancelled may have come so far that the default user may not do it again.
            if (Array.Find(answers, each => each.Error?.StartsWith("NOPERM", StringComparison.Ordinal) == false) is not { Error: { } error })
            {
                _user = Name;
            }
            else if (server.IsShared)
            {
                throw new IntegrationKitException(
                    $"This Redis is too old to be shared: it cannot refuse to one user what concerns all ({error}). Use Redis 7 or later, or set OwnServer = true.");
            }
        }
    }
}
