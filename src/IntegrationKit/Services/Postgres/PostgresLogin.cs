using Npgsql;

namespace IntegrationKit.Services.Postgres;

/// <summary>Who logs in to a server.</summary>
internal sealed record PostgresLogin(string User, string Password)
{
    public string ConnectionStringTo(ServiceEndpoint endpoint, string database, string? applicationName, int? maxPoolSize = null)
    {
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = endpoint.Host,
            Port = endpoint.Port,
            Database = database,
            Username = User,
            Password = Password,
            // The server speaks neither: asking would cost two round trips for each connection.
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
            IncludeErrorDetail = true,
        };
        if (applicationName is not null)
        {
            builder.ApplicationName = applicationName;
        }

        if (maxPoolSize is { } size)
        {
            builder.MaxPoolSize = size;
        }

        return builder.ConnectionString;
    }
}
