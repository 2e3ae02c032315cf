using Microsoft.Extensions.DependencyInjection;

namespace IntegrationKit.AspNetCore;

/// <summary>Puts an object of ours around one that an application has registered.</summary>
internal static class ServiceWrapping
{
    /// <summary>Wraps the service that was registered last, which is the one that the application uses.</summary>
    public static void Wrap<TService>(this IServiceCollection services, Func<TService, TService> wrap)
        where TService : class
    {
        var inner = services.Last(each => each.ServiceType == typeof(TService) && !each.IsKeyedService);
        services.Remove(inner);
        services.AddSingleton(provider => wrap(Make<TService>(inner, provider)));
    }

    private static TService Make<TService>(ServiceDescriptor descriptor, IServiceProvider provider) => (TService)(
        descriptor.ImplementationInstance
        ?? descriptor.ImplementationFactory?.Invoke(provider)
        ?? ActivatorUtilities.CreateInstance(provider, descriptor.ImplementationType!));
}
