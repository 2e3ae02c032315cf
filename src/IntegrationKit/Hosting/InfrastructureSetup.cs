using System.Reflection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace IntegrationKit.Hosting;

/// <summary>The arguments of one call of <c>AddTestInfrastructure</c>; there may be several calls.</summary>
internal sealed record InfrastructureSetup(
    Action<TestInfrastructure>? Configure = null, TestInfrastructureOptions? Options = null, TestInfrastructure? Existing = null)
{
    /// <summary>Whether it gives options or an infrastructure; only one call can.</summary>
    public bool IsDecisive => Options is not null || Existing is not null;

    public static TestInfrastructure Make(IEnumerable<InfrastructureSetup> setups, ILoggerFactory? log)
    {
        var all = setups.ToArray();
        var decisive = Array.Find(all, each => each.IsDecisive);
        var infrastructure = decisive?.Existing ?? new TestInfrastructure(WithLog(decisive?.Options ?? new(), log));
        foreach (var configure in all.Select(each => each.Configure))
        {
            configure?.Invoke(infrastructure);
        }

        return infrastructure;
    }

    /// <summary>A copy that logs to the service provider's log, unless the options have their own.</summary>
    internal static TestInfrastructureOptions WithLog(TestInfrastructureOptions options, ILoggerFactory? log)
    {
        if (log is null || options.LoggerFactory != NullLoggerFactory.Instance)
        {
            return options;
        }

        var copy = new TestInfrastructureOptions { LoggerFactory = log };
        var others = typeof(TestInfrastructureOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(each => each.CanWrite && each.Name != nameof(TestInfrastructureOptions.LoggerFactory));
        foreach (var property in others)
        {
            property.SetValue(copy, property.GetValue(options));
        }

        return copy;
    }
}
