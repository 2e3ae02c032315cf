using IntegrationKit.Diagnostics;
using IntegrationKit.Hosting;
using Microsoft.Extensions.Configuration;

namespace IntegrationKit;

/// <summary>Services from a configuration, and their addresses in one.</summary>
public static class TestInfrastructureConfigurationExtensions
{
    /// <summary>
    /// Registers the services that a configuration describes: a key for each, which is its name, with its <c>type</c> and
    /// its settings. Where anything is wrong, nothing is registered.
    /// </summary>
    /// <param name="infrastructure">Where they are registered.</param>
    /// <param name="configuration">The section whose keys are the services' names.</param>
    /// <param name="types">The types that it can name. Default null: those that the library brings.</param>
    /// <exception cref="InfrastructureConfigurationException">The configuration has mistakes; all are listed.</exception>
    /// <exception cref="InvalidOperationException">Services run already, or are on their way.</exception>
    public static TestInfrastructure RegisterFrom(this TestInfrastructure infrastructure, IConfiguration configuration, ServiceTypes? types = null)
    {
        ArgumentNullException.ThrowIfNull(infrastructure);
        ArgumentNullException.ThrowIfNull(configuration);
        foreach (var (name, service) in new ServiceDocument(configuration, types ?? new(), infrastructure.Services).Load())
        {
            infrastructure.Register(name, service);
        }

        return infrastructure;
    }

    /// <summary>
    /// Adds the addresses of the services: <c>ConnectionStrings:name</c> for each that has a <c>ConnectionString</c>,
    /// <c>services:name:http:0</c> for each that has a <c>BaseAddress</c>, and <c>services:name:8080:0</c> for each
    /// published port of a <see cref="ContainerService"/>. Add it last: what is added later wins.
    /// </summary>
    /// <remarks>
    /// A value is read from its service at the moment when it is asked for. To read one while its service does not run
    /// throws <see cref="InvalidOperationException"/>, rather than to fall back to what an earlier source says; to list
    /// keys shows only services that run. A start and a stop by a host reload the configuration; after one of your own,
    /// values are right at once, and <see cref="IConfigurationRoot.Reload"/> tells those who watch.
    /// </remarks>
    public static IConfigurationBuilder AddTestInfrastructure(this IConfigurationBuilder builder, TestInfrastructure infrastructure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(infrastructure);
        return builder.Add(new InfrastructureConfigurationSource(infrastructure));
    }

    /// <summary>
    /// The addresses of all services that run, as environment variables for another process: <c>ConnectionStrings__name</c>,
    /// <c>services__name__http__0</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">No service runs, or a service's name cannot be part of a variable's.</exception>
    public static IReadOnlyDictionary<string, string> ToEnvironmentVariables(this TestInfrastructure infrastructure)
    {
        ArgumentNullException.ThrowIfNull(infrastructure);
        if (infrastructure.Services.All(each => each.State != ServiceState.Running))
        {
            throw new InvalidOperationException("The addresses are known only while services run, and none does: call StartAllAsync first.");
        }

        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var address in ServiceAddresses.Of(infrastructure).Where(each => each.IsKnown))
        {
            if (address.Value is { } value)
            {
                variables[Variable(address)] = value;
            }
        }

        return variables;
    }

    /// <summary>The connection string of a service, whatever its type.</summary>
    /// <exception cref="KeyNotFoundException">There is no service of that name; the message lists those that there are.</exception>
    /// <exception cref="InvalidOperationException">The service has no connection string, or it is not running.</exception>
    public static string GetConnectionString(this TestInfrastructure infrastructure, string name)
    {
        ArgumentNullException.ThrowIfNull(infrastructure);
        ArgumentNullException.ThrowIfNull(name);
        var services = infrastructure.Services;
        if (services.FirstOrDefault(each => each.Name == name) is not { } service)
        {
            var names = services.Select(each => each.Name).ToArray();
            throw new KeyNotFoundException($"There is no service '{name}'.{Suggestion.DidYouMean(name, names)} Registered: {Text.Quoted(names)}.");
        }

        return ServiceAddresses.ConnectionString(service)?.Value
            ?? throw new InvalidOperationException($"Service '{name}' is a {service.GetType().Name}, which has no connection string.");
    }

    private static string Variable(ServiceAddress address) =>
        address.Service.Name.Contains("__", StringComparison.Ordinal) || address.Service.Name.AsSpan().ContainsAny('=', '\0')
            ? throw new InvalidOperationException($"Service '{address.Service.Name}' cannot stand in an environment variable: a name there has neither '=' nor '__', which separates sections.")
            : address.Key.Replace(ConfigurationPath.KeyDelimiter, "__", StringComparison.Ordinal);
}
