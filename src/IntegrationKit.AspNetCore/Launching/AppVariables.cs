namespace IntegrationKit.AspNetCore;

/// <summary>The environment variables that an application sees while it builds its host.</summary>
internal static class AppVariables
{
    private const string StartupAssemblies = "ASPNETCORE_HOSTINGSTARTUPASSEMBLIES";
    private const string ResolverTimeout = "DOTNET_HOST_FACTORY_RESOLVER_DEFAULT_TIMEOUT_IN_SECONDS";

    /// <summary>23 days, near the most that the resolver's wait takes.</summary>
    private const string Long = "2000000";

    public static IEnumerable<KeyValuePair<string, string>> Of(AppDescription app, IReadOnlyDictionary<string, string> settings)
    {
        var contentRoot = ContentRoot.Find(app);
        return
        [
            .. settings.Select(each => KeyValuePair.Create(each.Key.Replace(":", "__", StringComparison.Ordinal), each.Value)),
            new("ASPNETCORE_ENVIRONMENT", app.EnvironmentName),

            // A CreateBuilder() without arguments takes the test program's name and the current folder otherwise.
            new("ASPNETCORE_APPLICATIONNAME", app.Assembly),
            new("ASPNETCORE_CONTENTROOT", contentRoot),

            // Keeps WebApplicationFactory from looking for a solution file, and failing where there is none.
            new($"ASPNETCORE_TEST_CONTENTROOT_{app.Assembly.ToUpperInvariant().Replace('.', '_')}", contentRoot),
            // Read once per process, 5 minutes by default: a program that hung for longer would then build a host of its own. The
            // service's StartTimeout is what ends a start.
            new(ResolverTimeout, Environment.GetEnvironmentVariable(ResolverTimeout) ?? Long),
            new(StartupAssemblies, Joined(Environment.GetEnvironmentVariable(StartupAssemblies), typeof(EarlySettings).Assembly.GetName().Name!)),
        ];
    }

    private static string Joined(string? others, string ours) => string.IsNullOrEmpty(others) ? ours : $"{others};{ours}";
}
