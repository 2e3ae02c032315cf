using Npgsql;

namespace IntegrationKit.Services.Postgres;

/// <summary>Who logs in to a server.</summary>
internal sealed record PostgresLogin(string User, string Password)
{
    /// <summary>For the library's own connections, which keep their settings when they go back to the pool.</summary>
    public string OwnConnectionString(ServiceEndpoint endpoint, string database, int? maxPoolSize = null)
    {
        var builder = Builder(endpoint, database, maxPoolSize);
        builder.ApplicationName = "IntegrationKit";
        builder.Options = OwnSettings.Options;
        builder.NoResetOnClose = true;
        // A reset is the same command each time.
        builder.MaxAutoPrepare = 10;
        builder.AutoPrepareMinUsages = 3;
        return builder.ConnectionString;
    }

    /// <summary>For connections that are handed out: from their string, another connection can be opened.</summary>
    public string ConnectionStringTo(ServiceEndpoint endpoint, string database, string? applicationName, int? maxPoolSize = null)
    {
        var builder = Builder(endpoint, database, maxPoolSize);
        builder.PersistSecurityInfo = true;
        if (applicationName is not null)
        {
            builder.ApplicationName = applicationName;
        }

        return builder.ConnectionString;
    }

    private NpgsqlConnectionStringBuilder Builder(ServiceEndpoint endpoint, string database, int? maxPoolSize)
    {
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = endpoint.Host,
            Port = endpoint.Port,
            Database = database,
            Username = User,
            Password = Password,
            // The server supports neither: asking would cost two round trips for each connection.
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
            IncludeErrorDetail = true,
        };
        if (maxPoolSize is { } size)
        {
            builder.MaxPoolSize = size;
        }

        return builder;
    }
}
