using System.Reflection;
using IntegrationKit.Hosting;
using Microsoft.Extensions.Configuration;

namespace IntegrationKit;

/// <summary>
/// What a configuration says of one service, for a type that <see cref="ServiceTypes.Add(string, Func{ServiceSettings, TestService})"/>
/// adds. A key that is neither bound nor read is reported as a mistake, together with every value that cannot be understood.
/// </summary>
public sealed class ServiceSettings
{
    internal const string TypeKey = "type";

    private readonly ServiceDocument _document;
    private readonly SectionReader _reader;

    internal ServiceSettings(string type, IConfigurationSection section, ServiceDocument document)
    {
        (Type, _document) = (type, document);
        _reader = new(section, document);
        _reader.At(TypeKey);
    }

    /// <summary>The service's name, which is its key.</summary>
    public string Name => _reader.Section.Key;

    /// <summary>Where it stands in the configuration, for example <c>infrastructure:postgres</c>.</summary>
    public string Path => _reader.Section.Path;

    /// <summary>The type as it is written there.</summary>
    public string Type { get; }

    /// <summary>
    /// Reads one value: text, number, <c>bool</c>, <see cref="TimeSpan"/> as <c>hh:mm:ss</c>, enum, list of texts, or
    /// dictionary of texts. Returns the default of <typeparamref name="T"/> where there is none, and where it cannot be
    /// understood, which is reported when all services have been read.
    /// </summary>
    /// <exception cref="ArgumentException">No value of that type can be read.</exception>
    public T? Get<T>(string key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        return SettingReader.CanRead(typeof(T))
            ? _reader.Read<T>(key)
            : throw new ArgumentException($"No value of the type {typeof(T).Name} can be read from a configuration. Read it with GetSection.", nameof(key));
    }

    /// <summary>Returns what stands under a key as it is, for a value of a shape of its own.</summary>
    public IConfigurationSection GetSection(string key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        return _reader.At(key);
    }

    /// <summary>
    /// Sets each public property of the service that its configuration names, in camelCase by convention and in any case,
    /// and returns it. Properties that cannot stand in a configuration, such as delegates, are left out.
    /// </summary>
    public TService Bind<TService>(TService service)
        where TService : TestService
    {
        ArgumentNullException.ThrowIfNull(service);
        foreach (var property in Settable(service.GetType()))
        {
            var key = char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
            if (_reader.Read(property.PropertyType, key) is not { } value)
            {
                continue;
            }

            try
            {
                property.SetValue(service, value, BindingFlags.DoNotWrapExceptions, binder: null, index: null, culture: null);
            }
            catch (ArgumentException e)
            {
                _document.Report($"{Path}:{key}: {Text.FirstLine(e.Message)}");
            }
        }

        return service;
    }

    /// <summary>Makes the service; null where that failed, which is reported.</summary>
    internal TestService? Make(Func<ServiceSettings, TestService> make)
    {
        try
        {
            if (make(this) is { } service)
            {
                _reader.ReportUnread($"the type '{Type}'");
                return service;
            }

            _document.Report($"{Path}: the type '{Type}' made no service, but null.");
        }
        catch (Exception e)
        {
            _document.Report($"{Path}: the type '{Type}' could not make the service: {Text.FirstLine(e.Message)}");
        }

        return null;
    }

    private static IEnumerable<PropertyInfo> Settable(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(each => each.SetMethod is { IsPublic: true } && each.GetIndexParameters().Length == 0 && SettingReader.CanRead(each.PropertyType));
}
