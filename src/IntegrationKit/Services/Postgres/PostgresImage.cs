namespace IntegrationKit.Services.Postgres;

/// <summary>The image, pinned, and its contract.</summary>
internal static class PostgresImage
{
    public const string Name = "postgres:15";

    /// <summary>
    /// The size of /dev/shm, in bytes: the workers of a parallel query exchange their rows there, and 64 MiB are too few for a
    /// hash join of some size.
    /// </summary>
    public const long SharedMemory = 1024L * 1024 * 1024;

    /// <summary>The name of the superuser's password among the server's secrets.</summary>
    public const string Password = "password";
}
