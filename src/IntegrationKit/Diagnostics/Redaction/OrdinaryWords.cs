namespace IntegrationKit.Diagnostics;

/// <summary>Words that messages and logs are full of: redacted everywhere, such a secret would make them unreadable.</summary>
internal static class OrdinaryWords
{
    // Shorter words need no mention: a secret of less than 6 characters counts as one anyway.
    private static readonly HashSet<string> All = new(StringComparer.OrdinalIgnoreCase)
    {
        "postgres", "postgresql", "rabbitmq", "mariadb", "mongodb", "docker", "localhost",
        "password", "passwd", "secret", "default", "master", "public", "example", "testing", "administrator",
        "database", "server", "service", "container", "network", "connection", "running", "created", "exited", "healthy", "unhealthy",
    };

    public static bool Include(string secret) => All.Contains(secret);
}
