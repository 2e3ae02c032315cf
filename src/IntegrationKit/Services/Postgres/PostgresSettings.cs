using IntegrationKit.Launching;

namespace IntegrationKit.Services.Postgres;

/// <summary>The server's settings, and what can be wrong with a service's.</summary>
internal static class PostgresSettings
{
    // The source of the first three: PostgreSQL's manual, "Non-Durable Settings".
    private static readonly Dictionary<string, string> ForTests = new(StringComparer.Ordinal)
    {
        ["fsync"] = "off",
        ["synchronous_commit"] = "off",
        ["full_page_writes"] = "off",
        ["max_connections"] = "500",
    };

    /// <summary>The container's command. Arguments that begin with a dash are options of <c>postgres</c> by the image's contract.</summary>
    public static IReadOnlyList<string>? Command(IEnumerable<KeyValuePair<string, string>> settings, bool durable)
    {
        var all = durable ? new Dictionary<string, string>(StringComparer.Ordinal) : new(ForTests, StringComparer.Ordinal);
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        return all.Count == 0 ? null : [.. all.SelectMany(each => new[] { "-c", $"{each.Key}={each.Value}" })];
    }

    /// <summary>How the server is to run, but for its probe and its network.</summary>
    /// <param name="service">Whose settings it has.</param>
    /// <param name="login">The superuser that the image makes.</param>
    /// <param name="database">The database that the image makes.</param>
    /// <param name="logsDatabase">Whether each line of the log names the database that it is about.</param>
    public static LaunchSpec Launch(PostgresService service, PostgresLogin login, string database, bool logsDatabase = false)
    {
        var settings = logsDatabase ? service.Settings.Prepend(new("log_line_prefix", PostgresLog.Prefix)) : service.Settings;
        return new()
        {
            Service = service.Name,
            Image = service.Image,
            Command = Command(settings, service.Durable),
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["POSTGRES_USER"] = login.User,
                ["POSTGRES_PASSWORD"] = login.Password,
                ["POSTGRES_DB"] = database,
            },
            Labels = service.Labels.AsReadOnly(),
            Ports = [new(PostgresService.ContainerPort, service.Port)],
            VolumesInMemory = !service.Durable,
            MemoryLimit = service.MemoryLimit,
        };
    }

    public static IEnumerable<string> Problems(PostgresService service)
    {
        if (string.IsNullOrWhiteSpace(service.Database))
        {
            yield return "Database is empty.";
        }

        if (service is { InitializeKey: not null, Initialize: null })
        {
            yield return "InitializeKey is set, but Initialize is not. The key says what Initialize does.";
        }

        if (string.IsNullOrWhiteSpace(service.User))
        {
            yield return "User is empty.";
        }

        if (service.Password is { Length: 0 })
        {
            yield return "Password is empty, and the image refuses to start without one. Leave it null for a random one.";
        }

        foreach (var name in service.Settings.Keys.Where(each => string.IsNullOrWhiteSpace(each) || each.Contains('=', StringComparison.Ordinal)))
        {
            yield return $"Settings has '{name}', which is not the name of a setting.";
        }
    }
}
