namespace IntegrationKit.Services;

/// <summary>The images of the ready-made services, pinned.</summary>
internal static class ImageNames
{
    public const string Postgres = "postgres:15";
    public const string Redis = "redis:7";
}
