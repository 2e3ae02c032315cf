using IntegrationKit.Diagnostics;
using Microsoft.Extensions.Configuration;

namespace IntegrationKit.Hosting;

/// <summary>The addresses of one infrastructure. Each is read from its service when it is needed, so it is always current.</summary>
internal sealed class InfrastructureConfigurationProvider : ConfigurationProvider, IDisposable
{
    private readonly TestInfrastructure _infrastructure;
    private readonly AddressChange _change;

    public InfrastructureConfigurationProvider(TestInfrastructure infrastructure)
    {
        _infrastructure = infrastructure;
        _change = AddressChange.Of(infrastructure);
        _change.Happened += Reload;
    }

    public override bool TryGet(string key, out string? value)
    {
        // A value that was set by hand comes first.
        if (base.TryGet(key, out value))
        {
            return true;
        }

        value = ServiceAddresses.Of(_infrastructure).Where(each => string.Equals(each.Key, key, StringComparison.OrdinalIgnoreCase)).ToArray() switch
        {
            [] => null,
            [var address] => address.Value,
            [.. var several] => throw new InvalidOperationException(
                $"The configuration key '{key}' belongs to {Text.Quoted(several.Select(each => each.Service.Name))}, since keys ignore case. Give the services different names."),
        };
        return value is not null;
    }

    /// <summary>Only the keys of running services, so that listing a configuration does not fail.</summary>
    public override IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath)
    {
        var prefix = parentPath is null ? string.Empty : parentPath + ConfigurationPath.KeyDelimiter;
        var own = ServiceAddresses.Of(_infrastructure)
            .Where(each => each.IsKnown && each.Key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            .Select(each => each.Key[prefix.Length..].Split(ConfigurationPath.KeyDelimiter)[0]);
        return base.GetChildKeys(own.Concat(earlierKeys), parentPath);
    }

    public void Dispose() => _change.Happened -= Reload;

    private void Reload(object? sender, EventArgs e) => OnReload();
}

/// <summary>Adds the addresses of one infrastructure to a configuration.</summary>
internal sealed class InfrastructureConfigurationSource(TestInfrastructure infrastructure) : IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new InfrastructureConfigurationProvider(infrastructure);
}
