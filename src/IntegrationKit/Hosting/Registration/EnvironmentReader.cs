using Microsoft.Extensions.Configuration;

namespace IntegrationKit.Hosting;

/// <summary>
/// Environment variables: a text, or <c>{ "connectionString": "postgres" }</c> for the connection string by which other
/// containers reach that service.
/// </summary>
internal static class EnvironmentReader
{
    private const string ConnectionString = "connectionString";

    public static Dictionary<string, ServiceReference>? Read(IConfigurationSection section, ServiceDocument document)
    {
        if (!SettingReader.IsObject(section, document))
        {
            return null;
        }

        var environment = new Dictionary<string, ServiceReference>(StringComparer.Ordinal);
        foreach (var variable in section.GetChildren())
        {
            if (!variable.GetChildren().Any())
            {
                environment[variable.Key] = variable.Value ?? string.Empty;
                continue;
            }

            var reader = new SectionReader(variable, document);
            if (reader.Read<string>(ConnectionString) is { } name)
            {
                document.Refer(name, $"{variable.Path}:{ConnectionString}", service => Set(service, variable));
            }

            reader.ReportUnread("a reference to another service");
        }

        return environment;

        void Set(TestService service, IConfigurationSection variable)
        {
            if (ServiceAddresses.NetworkConnectionString(service) is { } read)
            {
                environment[variable.Key] = ServiceReference.To(service, _ => read() ?? throw new InvalidOperationException($"Service '{service.Name}' has no connection string for other containers."));
            }
            else
            {
                document.Report($"{variable.Path}:{ConnectionString} refers to '{document.NameOf(service)}' ({service.GetType().Name}), which has no connection string for other containers.");
            }
        }
    }
}
