using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.AspNetCore;

/// <summary>Makes an application log to the infrastructure's log.</summary>
internal static class AppLogging
{
    /// <summary>What every builder adds, and what writes to places that tests share.</summary>
    private static readonly string[] Replaced =
    [
        "Microsoft.Extensions.Logging.Console.ConsoleLoggerProvider",
        "Microsoft.Extensions.Logging.Debug.DebugLoggerProvider",
        "Microsoft.Extensions.Logging.EventLog.EventLogLoggerProvider",
    ];

    public static void Redirect(IServiceCollection services, ILoggerProvider provider)
    {
        foreach (var each in services.Where(each => each.ServiceType == typeof(ILoggerProvider) && IsReplaced(each)).ToArray())
        {
            services.Remove(each);
        }

        services.AddSingleton(provider);
    }

    private static bool IsReplaced(ServiceDescriptor descriptor) => !descriptor.IsKeyedService
        && (descriptor.ImplementationType ?? descriptor.ImplementationInstance?.GetType())?.FullName is { } name
        && Replaced.Contains(name, StringComparer.Ordinal);
}
