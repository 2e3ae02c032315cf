namespace IntegrationKit.Services.Postgres;

/// <summary>The image, pinned, and its contract.</summary>
internal static class PostgresImage
{
    public const string Name = "postgres:15";

    /// <summary>Where the superuser's password stands among the server's secrets.</summary>
    public const string Password = "password";
}
