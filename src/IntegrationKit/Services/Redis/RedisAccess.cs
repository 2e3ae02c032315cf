using System.Collections.Immutable;

namespace IntegrationKit.Services.Redis;

/// <summary>
/// What a slice's user may do on a shared server: not what concerns all. Redis marks that as @admin or @dangerous, so that
/// a command of a version to come is refused too. docs/redis.md says it to users, and a test tries every command.
/// </summary>
internal static class RedisAccess
{
    /// <summary>Marked as dangerous, but only for the server's speed; and what clients ask when they connect.</summary>
    private static readonly ImmutableArray<string> Allowed =
    [
        "keys", "sort", "sort_ro", "restore", "flushdb", "info", "role", "lastsave", "client|list", "client|no-evict", "config|get", "module|list",
    ];

    /// <summary>Not marked, and yet of all: functions, and scripts that run.</summary>
    private static readonly ImmutableArray<string> Refused =
    [
        "script|flush", "script|kill", "script|debug",
        "function|load", "function|delete", "function|flush", "function|restore", "function|kill",
    ];

    public static IEnumerable<string> Rules { get; } =
    [
        "allkeys", "allchannels", "+@all", "-@admin", "-@dangerous", .. Allowed.Select(each => "+" + each), .. Refused.Select(each => "-" + each),
    ];

    /// <summary>The command that makes a user, or gives an existing one other rules.</summary>
    public static string[] SetUser(string name, string password, params IEnumerable<string> rules) =>
        ["ACL", "SETUSER", name, "reset", "on", ">" + RespConnection.Bytes(password), .. rules];
}
