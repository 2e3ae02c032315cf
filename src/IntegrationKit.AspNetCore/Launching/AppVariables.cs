namespace IntegrationKit.AspNetCore;

/// <summary>The environment variables that an application sees while it builds its host.</summary>
internal static class AppVariables
{
    private const string StartupAssemblies = "ASPNETCORE_HOSTINGSTARTUPASSEMBLIES";

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
            new(StartupAssemblies, Joined(Environment.GetEnvironmentVariable(StartupAssemblies), typeof(EarlySettings).Assembly.GetName().Name!)),
        ];
    }

    private static string Joined(string? others, string ours) => string.IsNullOrEmpty(others) ? ours : $"{others};{ours}";
}
