namespace IntegrationKit.Services.Postgres;

/// <summary>The image, pinned, and its contract.</summary>
internal static class PostgresImage
{
    public const string Name = "postgres:15";

    /// <summary>The name of the superuser's password among the server's secrets.</summary>
    public const string Password = "password";
}
