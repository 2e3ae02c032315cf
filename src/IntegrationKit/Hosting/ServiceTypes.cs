using IntegrationKit.Diagnostics;

namespace IntegrationKit;

/// <summary>
/// The types of services that a configuration can use; case is ignored: <c>postgres</c>, <c>redis</c>, <c>container</c>,
/// <c>api</c> (an <see cref="ExternalServiceMock"/> that answers unknown routes with 404), and those that are added.
/// </summary>
public sealed class ServiceTypes
{
    private readonly SortedDictionary<string, Func<ServiceSettings, TestService>> _types = new(StringComparer.OrdinalIgnoreCase)
    {
        ["api"] = settings => settings.Bind(new ExternalServiceMock { UnmatchedStatus = 404 }),
        ["container"] = settings => settings.Bind(new ContainerService(image: string.Empty)),
        ["postgres"] = settings => settings.Bind(new PostgresService()),
        ["redis"] = settings => settings.Bind(new RedisService()),
    };

    /// <summary>The names of all types, sorted.</summary>
    public IReadOnlyList<string> Names => [.. _types.Keys];

    /// <summary>Adds a type whose public properties are its settings.</summary>
    /// <exception cref="ArgumentException">There is already a type of that name.</exception>
    public ServiceTypes Add<TService>(string name)
        where TService : TestService, new() => Add(name, settings => settings.Bind(new TService()));

    /// <summary>Adds a type by a function that creates its services. An exception of it is reported as a mistake in the configuration.</summary>
    /// <exception cref="ArgumentException">There is already a type of that name.</exception>
    public ServiceTypes Add(string name, Func<ServiceSettings, TestService> make)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(make);
        return _types.TryAdd(name, make) ? this : throw new ArgumentException($"There is already a type '{name}'. Known: {Text.Quoted(Names)}.", nameof(name));
    }

    internal Func<ServiceSettings, TestService>? Find(string name) => _types.GetValueOrDefault(name);
}
