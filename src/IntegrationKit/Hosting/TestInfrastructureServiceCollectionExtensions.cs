using System.Reflection;
using IntegrationKit.Diagnostics;
using IntegrationKit.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IntegrationKit;

/// <summary>Adds an infrastructure to a service collection.</summary>
/// <remarks>
/// Adds a singleton <see cref="TestInfrastructure"/>. It stops when the provider is disposed: use <c>await using</c> for
/// that. A host starts it before its other hosted services and stops it after them; without a host, call
/// <see cref="TestInfrastructure.StartAllAsync"/>. Each service is found as its own type by its name as key, and without a key
/// where only one of that type is registered; one of a generic type only where the infrastructure itself is passed in. Further
/// calls add to the same infrastructure.
/// </remarks>
public static class TestInfrastructureServiceCollectionExtensions
{
    /// <summary>Adds an infrastructure with the services that <paramref name="configure"/> registers when it is created.</summary>
    /// <param name="services">Where it is added.</param>
    /// <param name="configure">Registers the services.</param>
    /// <param name="options">The options. Without a log of their own the provider's log is used. Default null: the defaults.</param>
    /// <exception cref="InvalidOperationException">An earlier call gave options or an infrastructure.</exception>
    public static IServiceCollection AddTestInfrastructure(
        this IServiceCollection services, Action<TestInfrastructure> configure, TestInfrastructureOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return Add(services, new(configure, options));
    }

    /// <summary>
    /// Adds an infrastructure with the services that a configuration describes, as
    /// <see cref="TestInfrastructureConfigurationExtensions.RegisterFrom"/> reads it when it is created.
    /// </summary>
    /// <param name="services">Where it is added.</param>
    /// <param name="configuration">The section whose keys are the services' names.</param>
    /// <param name="types">The types that it can use. Default null: those of the library.</param>
    /// <param name="options">The options. Without a log of their own the provider's log is used. Default null: the defaults.</param>
    /// <exception cref="InvalidOperationException">An earlier call gave options or an infrastructure.</exception>
    public static IServiceCollection AddTestInfrastructure(
        this IServiceCollection services, IConfiguration configuration, ServiceTypes? types = null, TestInfrastructureOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Add(services, new(infrastructure => infrastructure.RegisterFrom(configuration, types), options));
    }

    /// <summary>Adds an existing infrastructure. From then on the provider owns it.</summary>
    /// <exception cref="InvalidOperationException">An earlier call gave options or an infrastructure.</exception>
    public static IServiceCollection AddTestInfrastructure(this IServiceCollection services, TestInfrastructure infrastructure)
    {
        ArgumentNullException.ThrowIfNull(infrastructure);
        return Add(services, new(Existing: infrastructure));
    }

    private static IServiceCollection Add(IServiceCollection services, InfrastructureSetup setup)
    {
        ArgumentNullException.ThrowIfNull(services);
        var earlier = services.Where(each => !each.IsKeyedService).Select(each => each.ImplementationInstance).OfType<InfrastructureSetup>().ToArray();
        if (setup.IsDecisive && Array.Exists(earlier, each => each.IsDecisive))
        {
            throw new InvalidOperationException("An earlier AddTestInfrastructure gave options or an infrastructure; only one call can.");
        }

        services.AddSingleton(setup);
        if (earlier.Length == 0)
        {
            services.TryAddSingleton(provider => InfrastructureSetup.Make(provider.GetServices<InfrastructureSetup>(), provider.GetService<ILoggerFactory>()));

            // First in the list: hosted services start in this order and stop in reverse.
            services.Insert(0, ServiceDescriptor.Singleton<IHostedService, InfrastructureHost>());
            Assembly?[] roots = [setup.Configure?.Method.Module.Assembly, Assembly.GetEntryAssembly()];
            foreach (var type in ServiceTypeDiscovery.Find(roots).Concat(setup.Existing?.Services.Select(each => each.GetType()) ?? []).Distinct())
            {
                services.TryAdd(ServiceDescriptor.KeyedSingleton(type, KeyedService.AnyKey, (provider, key) => Find(provider, type, key)));
                services.TryAdd(ServiceDescriptor.Singleton(type, provider => FindOnly(provider, type)));
            }
        }

        return services;
    }

    private static TestService Find(IServiceProvider provider, Type type, object? key)
    {
        var service = provider.GetRequiredService<TestInfrastructure>().Get(key as string
            ?? throw new InvalidOperationException($"The key of a {type.Name} is the name under which it is registered, a string, not '{key}'."));
        return type.IsInstanceOfType(service)
            ? service
            : throw new InvalidCastException($"Service '{service.Name}' is a {service.GetType().Name}, not a {type.Name}.");
    }

    private static TestService FindOnly(IServiceProvider provider, Type type) =>
        provider.GetRequiredService<TestInfrastructure>().Services.Where(type.IsInstanceOfType).ToArray() switch
        {
            [var only] => only,
            [] => throw new InvalidOperationException($"No {type.Name} is registered with the TestInfrastructure."),
            [.. var several] => throw new InvalidOperationException(
                $"Several {type.Name} are registered: {Text.Quoted(several.Select(each => each.Name))}. Ask for one by its name, as with [FromKeyedServices]."),
        };
}
