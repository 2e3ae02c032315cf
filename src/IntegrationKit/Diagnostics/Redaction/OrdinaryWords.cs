namespace IntegrationKit.Diagnostics;

/// <summary>Words that are common in messages and logs. A secret that is one of them is redacted only as a value: messages must stay readable.</summary>
internal static class OrdinaryWords
{
    // Shorter words are not listed: a secret of less than 6 characters is treated in the same way.
    private static readonly HashSet<string> All = new(StringComparer.OrdinalIgnoreCase)
    {
        "postgres", "postgresql", "rabbitmq", "mariadb", "mongodb", "docker", "localhost",
        "password", "passwd", "secret", "default", "master", "public", "example", "testing", "administrator",
        "database", "server", "service", "container", "network", "connection", "running", "created", "exited", "healthy", "unhealthy",
    };

    public static bool Include(string secret) => All.Contains(secret);
}
