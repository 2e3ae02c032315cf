namespace IntegrationKit.EngineTests.Sharing;

/// <summary>
/// Every command that Redis marks as administrative, dangerous, or of scripts, channels, connections and transactions: what becomes
/// of it on a shared server. docs/redis.md says the same to users.
/// </summary>
internal static class RedisCommandList
{
    public static readonly string[] Categories = ["admin", "dangerous", "scripting", "pubsub", "connection", "transaction"];

    /// <summary>They concern all who use the server.</summary>
    public static readonly string[] Refused =
    [
        // Settings, users and programs of the server.
        "config|set", "config|rewrite", "config|resetstat",
        "acl|list", "acl|users", "acl|getuser", "acl|setuser", "acl|deluser", "acl|dryrun", "acl|load", "acl|save", "acl|log",
        "module|load", "module|loadex", "module|unload", "debug", "pfdebug", "pfselftest",
        "function|load", "function|delete", "function|flush", "function|restore", "function|kill",
        "script|flush", "script|kill", "script|debug",

        // All data, and its files and copies; MIGRATE writes into a database by its number.
        "flushall", "swapdb", "save", "bgsave", "bgrewriteaof", "shutdown", "migrate", "restore-asking",
        "replicaof", "slaveof", "replconf", "psync", "sync", "failover",
        "cluster|addslots", "cluster|addslotsrange", "cluster|bumpepoch", "cluster|count-failure-reports", "cluster|delslots", "cluster|delslotsrange",
        "cluster|failover", "cluster|flushslots", "cluster|forget", "cluster|meet", "cluster|replicas", "cluster|replicate", "cluster|reset",
        "cluster|saveconfig", "cluster|set-config-epoch", "cluster|setslot", "cluster|slaves",

        // Others' connections, and what others sent.
        "client|kill", "client|pause", "client|unpause", "client|unblock", "monitor",
        "slowlog|get", "slowlog|len", "slowlog|reset",
        "latency|doctor", "latency|graph", "latency|histogram", "latency|history", "latency|latest", "latency|reset",
    ];

    /// <summary>They change nothing for others.</summary>
    public static readonly string[] Allowed =
    [
        // Of the slice's own database.
        "keys", "sort", "sort_ro", "restore", "flushdb", "multi", "exec", "discard", "watch", "unwatch",

        // Scripts are found by their content: who loads one disturbs nobody. What they call is judged by the same rules.
        "eval", "eval_ro", "evalsha", "evalsha_ro", "script|load", "script|exists", "script|help", "fcall", "fcall_ro",

        // Channels have the slice's prefix, which the client adds.
        "publish", "spublish", "subscribe", "psubscribe", "ssubscribe", "unsubscribe", "punsubscribe", "sunsubscribe",

        // They only tell something; clients ask for some of it when they connect.
        "info", "role", "lastsave", "config|get", "module|list", "client|list", "command", "command|count", "command|docs", "command|getkeys",
        "command|getkeysandflags", "command|help", "command|info", "command|list", "function|dump", "function|help", "function|list", "function|stats",
        "pubsub|channels", "pubsub|numpat", "pubsub|numsub", "pubsub|shardchannels", "pubsub|shardnumsub", "echo", "ping", "wait",

        // Of one's own connection. SELECT leads to other databases: those below 16 are nobody's, and keys there are found by a reset.
        "select", "auth", "hello", "quit", "reset", "readonly", "readwrite", "asking", "client|no-evict", "client|caching", "client|getname",
        "client|getredir", "client|help", "client|id", "client|info", "client|reply", "client|setname", "client|tracking", "client|trackinginfo",
    ];
}
