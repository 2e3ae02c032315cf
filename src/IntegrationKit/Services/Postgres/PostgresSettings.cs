namespace IntegrationKit.Services.Postgres;

/// <summary>The server's settings, and the check of a service's settings.</summary>
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
    /// <param name="service">The service whose settings are used.</param>
    /// <param name="logsDatabase">Whether each line of the log names the database that it is about.</param>
    public static IReadOnlyList<string>? Command(PostgresService service, bool logsDatabase)
    {
        var all = service.Durable ? new Dictionary<string, string>(StringComparer.Ordinal) : new(ForTests, StringComparer.Ordinal);
        if (logsDatabase)
        {
            all["log_line_prefix"] = PostgresLog.Prefix;
        }

        // The order of the settings makes no difference.
        foreach (var (name, value) in service.Settings.OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            all[name] = value;
        }

        return all.Count == 0 ? null : [.. all.SelectMany(each => new[] { "-c", $"{each.Key}={each.Value}" })];
    }

    public static IEnumerable<string> Problems(PostgresService service)
    {
        if (string.IsNullOrWhiteSpace(service.Database))
        {
            yield return "Database is empty.";
        }

        if (string.IsNullOrWhiteSpace(service.User))
        {
            yield return "User is empty.";
        }

        if (service.Password is { Length: 0 })
        {
            yield return "Password is empty, and the image refuses to start without one. Leave it null for a random one.";
        }

        if (service.DatabasePoolSize is < 0 or > 100)
        {
            yield return FormattableString.Invariant($"DatabasePoolSize is {service.DatabasePoolSize}; it is from 0 to 100.");
        }

        if (service.DatabasePoolParallelism is < 1 or > 8)
        {
            yield return FormattableString.Invariant($"DatabasePoolParallelism is {service.DatabasePoolParallelism}; it is from 1 to 8.");
        }

        foreach (var name in service.Settings.Keys.Where(each => string.IsNullOrWhiteSpace(each) || each.Contains('=', StringComparison.Ordinal)))
        {
            yield return $"Settings has '{name}', which is not the name of a setting.";
        }
    }
}
