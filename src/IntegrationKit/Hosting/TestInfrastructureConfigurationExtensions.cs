using IntegrationKit.Diagnostics;
using IntegrationKit.Hosting;
using Microsoft.Extensions.Configuration;

namespace IntegrationKit;

/// <summary>Registers services from a configuration, and adds their addresses to one.</summary>
public static class TestInfrastructureConfigurationExtensions
{
    /// <summary>
    /// Registers the services that a configuration describes. The key of each is its name, with its <c>type</c> and its
    /// settings. Where the configuration has a mistake, nothing is registered.
    /// </summary>
    /// <param name="infrastructure">Where they are registered.</param>
    /// <param name="configuration">The section whose keys are the services' names.</param>
    /// <param name="types">The types that it can use. Default null: those of the library.</param>
    /// <exception cref="InfrastructureConfigurationException">The configuration has mistakes; all are listed.</exception>
    /// <exception cref="InvalidOperationException">Services are already running or starting.</exception>
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
    /// published port of a <see cref="ContainerService"/>. Add it last: later sources override earlier ones.
    /// </summary>
    /// <remarks>
    /// A value is read from its service each time it is used. While its service does not run, reading it throws
    /// <see cref="InvalidOperationException"/>; it never falls back to the value of an earlier source. A list of keys has
    /// only those of running services. When a host starts or stops, the configuration is reloaded. When you start or stop
    /// yourself, values are right at once, and <see cref="IConfigurationRoot.Reload"/> notifies change tokens.
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
    /// <exception cref="InvalidOperationException">No service runs, or a service's name cannot be part of a variable's name.</exception>
    public static IReadOnlyDictionary<string, string> ToEnvironmentVariables(this TestInfrastructure infrastructure)
    {
        ArgumentNullException.ThrowIfNull(infrastructure);
        if (infrastructure.Services.All(each => each.State != ServiceState.Running))
        {
            throw new InvalidOperationException("The addresses are known only while services run, and none is running: call StartAllAsync first.");
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

    /// <summary>The connection string of a service of any type.</summary>
    /// <exception cref="KeyNotFoundException">There is no service of that name; the message lists the registered ones.</exception>
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
            ? throw new InvalidOperationException($"The name of service '{address.Service.Name}' cannot be part of an environment variable's name: it must not contain '=' or '__', which separates sections.")
            : address.Key.Replace(ConfigurationPath.KeyDelimiter, "__", StringComparison.Ordinal);
}
