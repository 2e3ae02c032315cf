namespace IntegrationKit.Services.Redis;

/// <summary>The image, pinned, and how its server is started.</summary>
internal static class RedisImage
{
    public const string Name = "redis:7";

    /// <summary>The name of the password among the server's secrets.</summary>
    public const string Password = "password";

    /// <summary>The name of the password of <see cref="RedisAdministrator"/> among the server's secrets.</summary>
    public const string AdministratorPassword = "administrator";

    /// <summary>The variable from which <see cref="Entrypoint"/> takes the password.</summary>
    public const string PasswordVariable = "INTEGRATIONKIT_REDIS_PASSWORD";

    // The password is passed by standard input: every user of the machine can read a process's arguments. The image's entrypoint
    // makes redis-server run as the user redis.
    private const string Shell =
        """
        password=$INTEGRATIONKIT_REDIS_PASSWORD
        unset INTEGRATIONKIT_REDIS_PASSWORD
        set -- redis-server "$@" -
        ! command -v docker-entrypoint.sh > /dev/null || set -- docker-entrypoint.sh "$@"
        exec "$@" <<END
        requirepass $password
        END
        """;

    /// <summary>The container's entrypoint, which gets the server's options as arguments.</summary>
    public static IReadOnlyList<string> Entrypoint { get; } = ["sh", "-c", Shell, "sh"];

    /// <summary>The server's options.</summary>
    public static IReadOnlyList<string> Command(params IEnumerable<string> options) => ["--save", "", "--appendonly", "no", .. options];

    /// <summary>A text as a value in Redis' configuration: in quotes, with escapes. Each setting is one line there.</summary>
    public static string Quoted(string text) => $"\"{string.Concat(text.Select(Escaped))}\"";

    private static string Escaped(char each) => each switch
    {
        '"' or '\\' => $@"\{each}",
        < ' ' => $@"\x{(int)each:x2}",
        _ => each.ToString(),
    };
}
