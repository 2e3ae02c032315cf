using IntegrationKit.Diagnostics;

namespace IntegrationKit.Diagnostics.Causes;

/// <summary>An image refuses to start without a password.</summary>
internal static class MissingPassword
{
    // Source: the entrypoints of the official images.
    private static readonly string[] Variables = ["POSTGRES_PASSWORD", "MYSQL_ROOT_PASSWORD", "MARIADB_ROOT_PASSWORD", "MSSQL_SA_PASSWORD"];

    public static string? Find(Exception cause, StartEvidence evidence)
    {
        var missing = cause is ContainerExitedException ? Variables.FirstOrDefault(each => evidence.LogLine(each) is not null) : null;
        return missing switch
        {
            null => null,
            "POSTGRES_PASSWORD" => $"{missing} is not set. Use PostgresService, which sets a random one, or add it to Environment.",
            _ => $"{missing} is not set, or the image refuses its value. Add it to Environment.",
        };
    }
}
